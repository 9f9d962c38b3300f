import torch


def solve(x):
    y = x * x
    y.backward(torch.tensor([2.0, 0.5, 1.0]))
    x.grad = None
    y = x * x
    y.sum().backward()
