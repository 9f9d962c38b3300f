import torch


def solve(x):
    x.grad = torch.autograd.grad(x**2, x)[0]
    x.grad = x.grad + torch.autograd.grad(x**3, x)[0]
    x.grad = torch.zeros(1)
    x.grad = torch.autograd.grad(x**2 + x, x)[0]
