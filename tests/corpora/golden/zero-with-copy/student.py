import torch


def solve(x):
    (x**2).backward()
    (x**3).backward()
    x.grad.copy_(torch.zeros(1))
    (x**2 + x).backward()
