import torch


def solve(x):
    return [torch.autograd.grad(formula, x) for formula in (x**2, x**3, x**2 + x)]
