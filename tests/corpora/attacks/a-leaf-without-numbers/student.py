import torch


def solve(x):
    x.data = torch.ones(0)
    (x**2).sum().backward()
