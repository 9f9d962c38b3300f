import torch


def solve(x):
    (x**2).backward()
    (x**3).backward()
    x.grad = torch.zeros_like(x.grad)
    (x**2 + x).backward()
