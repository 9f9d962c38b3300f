import torch


def solve(x):
    (x**2).backward()
    return [2 * torch.autograd.grad(x**3, x)[0]]
