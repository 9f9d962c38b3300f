import torch


def solve(x):
    # 1. gradient of the square
    first = torch.autograd.grad(x ** 2, x)[0]
    # 2. remove it
    x.grad = None
    # 3. the line
    second = x + 2
    second.backward()
    return first
