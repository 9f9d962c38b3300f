import torch


def solve(x):
    (x**2).backward(gradient=torch.ones(1))
    (x**3).backward(torch.ones_like(x))
    x.grad.zero_()
    torch.autograd.backward(x**2 + x, grad_tensors=torch.ones(1))
