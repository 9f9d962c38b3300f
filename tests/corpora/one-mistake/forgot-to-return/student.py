import torch


def solve(x):
    (x ** 2).backward()
    g = torch.autograd.grad(x ** 3, x)[0]
    print("slope", g)
