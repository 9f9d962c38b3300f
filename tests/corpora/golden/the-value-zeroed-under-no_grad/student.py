import torch


def solve(x):
    (x**2).backward()
    (x**3).backward()
    with torch.no_grad():
        x.zero_()
    (x**2 + x).backward()
