import torch


def solve(x):
    x.data = x.data.to(torch.float64)
    (x**2).sum().backward()
