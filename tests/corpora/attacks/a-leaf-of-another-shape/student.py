import torch


def solve(x):
    x.data = torch.ones(3)
    (x**2).sum().backward()
    x.grad.zero_()
