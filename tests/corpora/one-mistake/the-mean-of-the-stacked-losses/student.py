import torch


def solve(w):
    (w - 3).pow(2).backward()
    (w + 1).pow(2).backward()
    w.grad.zero_()
    losses = torch.stack([(w - 3).pow(2), (w + 1).pow(2)])
    loss = losses.mean()
    loss.backward()
