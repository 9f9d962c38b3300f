import torch


def solve(x):
    (x**3).backward()
    (g,) = torch.autograd.grad(x**3, x, create_graph=True)
    x.grad.zero_()
    g.backward()
