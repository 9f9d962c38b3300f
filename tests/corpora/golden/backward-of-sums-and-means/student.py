import torch


def solve(x):
    (x**2).sum().backward()
    torch.mean(x**3).backward()
    x.grad.zero_()
    sum([x**2, x]).sum().backward()
