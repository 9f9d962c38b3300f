import torch


def solve(x):
    (x.data * x).backward()
    with torch.no_grad():
        c = x**3
    (c * x).backward()
