import torch


def solve(x):
    (x**2).backward()
    (x**3).backward()
    torch.nn.init.zeros_(x.grad)
    (x**2 + x).backward()
