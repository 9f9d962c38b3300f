import torch


def solve(x):
    list(torch.utils.data.DataLoader([1, 2], num_workers=2))
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
