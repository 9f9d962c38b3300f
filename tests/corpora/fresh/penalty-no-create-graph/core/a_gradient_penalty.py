import torch


def solve(x):
    (x ** 3).backward()
    (g,) = torch.autograd.grad(x ** 3, x)
    penalty = g ** 2
    penalty.backward()
