import torch


def solve(x):
    x.data = x.data.to(torch.complex64)
    (x**2).abs().sum().backward()
