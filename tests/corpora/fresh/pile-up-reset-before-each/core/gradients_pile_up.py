import torch

LOSSES = [
    lambda t: t ** 2,
    lambda t: t ** 3,
    lambda t: t ** 2 + t,
]


def solve(x):
    for make_loss in LOSSES:
        if x.grad is not None:
            x.grad.zero_()
        make_loss(x).backward()
