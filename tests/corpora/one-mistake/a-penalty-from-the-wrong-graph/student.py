import torch


def slope_of(loss, x):
    return torch.autograd.grad(loss, x, retain_graph=True)[0]


def solve(x):
    loss = x**3
    loss.backward(retain_graph=True)
    (slope_of(loss, x) ** 2).backward()
