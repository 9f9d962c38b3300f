import torch


def solve(p):
    ((p - torch.tensor([0.8, 0.1])) ** 2).sum().backward()
    p.grad.zero_()
    ((p - 0.8) ** 2).backward()
