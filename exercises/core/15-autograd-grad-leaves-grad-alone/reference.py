"""autograd.grad does not change .grad: a right solution."""

import torch


def solve(x):
    (x**2).backward()
    (slope,) = torch.autograd.grad(x**3, x)
    return slope
