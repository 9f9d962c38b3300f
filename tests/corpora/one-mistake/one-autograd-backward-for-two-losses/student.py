import torch


def solve(x):
    y = x**2
    z = x**3
    torch.autograd.backward([y, z])
    x.grad.zero_()
    (x**2 + x).backward()
