import torch


def solve(x):
    # make sure that it is a clean leaf
    x = x.detach().clone().requires_grad_(True)
    for _ in range(2):
        y = torch.square(x)
        y.backward()
