import torch


def solve(x):
    (x**2).backward()
    (x**3).backward()
    torch.zero_(x.grad)
    (x**2 + x).backward()
