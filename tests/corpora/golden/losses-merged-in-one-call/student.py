import torch


def solve(x):
    torch.autograd.backward([x**2, x**3])
    x.grad.zero_()
    torch.autograd.backward(x**2 + x)
