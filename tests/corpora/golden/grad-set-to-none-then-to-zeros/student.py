import torch


def solve(x):
    (x**2).backward()
    (x**3).backward()
    x.grad = None
    x.grad = torch.zeros(1)
    (x**2 + x).backward()
