import torch


def solve(x):
    (x**2).backward()
    return torch.ones(1_000_000, 1_000_000)
