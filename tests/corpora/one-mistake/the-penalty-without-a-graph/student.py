import torch


def solve(x):
    y = x**3
    y.backward(retain_graph=True)
    slope = torch.autograd.grad(y, x)[0]
    penalty = slope**2
    penalty.backward()
