import torch


def solve(x):
    y = x ** 2
    y.backward(torch.ones(3))
    x.grad = None
    (x ** 2).mean().backward()
