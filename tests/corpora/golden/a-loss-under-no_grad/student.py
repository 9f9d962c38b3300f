import torch


def solve(x):
    (x**2).backward()
    with torch.no_grad():
        z = x**3
    z.backward()
    x.grad.zero_()
    (x**2 + x).backward()
