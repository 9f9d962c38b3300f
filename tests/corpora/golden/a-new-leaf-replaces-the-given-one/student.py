import torch


def solve(x):
    x = torch.tensor([2.0], requires_grad=True)
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
