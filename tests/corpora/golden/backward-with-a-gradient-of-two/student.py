import torch


def solve(x):
    (x**2).backward(gradient=torch.tensor([2.0]))
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
