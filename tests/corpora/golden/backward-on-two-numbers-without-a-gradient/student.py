import torch


def solve(x):
    (x**2).backward()
    torch.cat([x**3, x**3]).backward()
    x.grad.zero_()
    (x**2 + x).backward()
