import torch


def solve(x):
    x.data = x.data.to(torch.bfloat16)
    (x**2).sum().backward()
