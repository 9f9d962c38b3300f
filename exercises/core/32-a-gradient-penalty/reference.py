"""A gradient penalty: a right solution."""

import torch


def solve(x):
    loss = x**3
    loss.backward()
    (g,) = torch.autograd.grad(x**3, x, create_graph=True)
    penalty = g**2
    penalty.backward()
