import torch


def solve(x):
    (x**2).sum().backward()
    x.data = torch.ones(3)
    x.grad = None
    (x**2).sum().backward()
