import torch


def solve(w):
    loss = torch.square(w - 3)
    loss.backward()
    w.data.copy_(w.detach() - w.grad / 4)
    w.grad = torch.zeros_like(w)
    loss = torch.square(w - 3)
    loss.backward()
