"""backward() on a vector: a right solution."""

import torch


def solve(x):
    weights = torch.tensor([1.0, 0.5, 2.0])
    (x**2).backward(gradient=weights)
    x.grad = None
    (x**2).sum().backward()
