"""Stop the gradient: a right solution."""

import torch


def solve(x):
    (x * x.detach()).backward()
    with torch.no_grad():
        c = x**2
    (c * x).backward()
