import torch


def solve(x):
    (x**2).backward()
    return torch.autograd.grad(x**3, x)
