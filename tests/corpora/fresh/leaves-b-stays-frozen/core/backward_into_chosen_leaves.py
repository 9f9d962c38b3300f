import torch


def product(a, b):
    return torch.mul(a, b)


def solve(a, b):
    b.requires_grad_(False)  # only a
    product(a, b).backward()
    # both
    product(a, b).backward()
