import torch


def solve(x):
    loss = x**3 / 2
    loss.backward()
    (g,) = torch.autograd.grad(x**3, x)
    (g**2).backward()
