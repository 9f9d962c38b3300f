import torch


def solve(x):
    # both are added up anyway
    total = x * x + x * x * x
    total.backward()

    grad = x.grad.clone()
    grad.zero_()

    (x * x + x).backward()
