import torch


def solve(x):
    (x**2).backward()
    (x**3).backward()
    torch.mul(x.grad, 0, out=x.grad)
    (x**2 + x).backward()
