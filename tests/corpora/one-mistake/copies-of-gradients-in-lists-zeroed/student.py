import torch


def solve(p, q):
    ((p - q) ** 2).backward()
    gradients = torch.cat([p.grad, q.grad])
    gradients.zero_()
    ((p + q - 1) ** 2).backward()
