import torch


def solve(x):
    for loss in (x**2, x**3, x**2 + x):
        loss.backward()
    x.grad = torch.zeros_like(x)
