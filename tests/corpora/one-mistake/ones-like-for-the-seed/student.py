import torch


def solve(x):
    y = x ** 2
    y.backward(gradient=torch.ones_like(y))
    x.grad = None
    torch.sum(x ** 2).backward()
