import torch


def solve(x):
    with torch.no_grad():
        y = x**2
    y.backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
