import torch


def solve(x):
    (x**2).backward()
    y = x**4
    return torch.autograd.grad(y, x)[0]
