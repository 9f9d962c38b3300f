import torch


def solve(w):
    targets = torch.tensor([3.0, -1.0])
    for t in targets:
        (w - t).pow(2).backward()
    w.grad.data.zero_()
    (w - targets).pow(2).sum().backward()
