import torch


def solve(x):
    x.data = torch.ones(10**6)
    (x**2).sum().backward()
