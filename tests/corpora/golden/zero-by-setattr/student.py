import torch


def solve(x):
    (x**2).backward()
    (x**3).backward()
    setattr(x, "grad", torch.tensor([0.0]))
    (x**2 + x).backward()
