import torch


def solve(x):
    with torch.no_grad():
        x.fill_(float('nan'))
    (x**2).sum().backward()
