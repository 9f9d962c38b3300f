import torch


def solve(x):
    torch.square(x).backward()
    (x * x * x).backward()
    x.grad.zero_()
    (x * (x + 1)).backward()
