import torch


def solve(x):
    y = x**3
    slope = torch.autograd.grad(y, x, create_graph=True)[0]
    loss = y + slope**2
    loss.backward()
