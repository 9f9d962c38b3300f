import torch


def solve(x):
    loss = x ** 3
    loss.backward()

    loss = x ** 3
    g, = torch.autograd.grad(loss, x, create_graph=True)
    penalty = loss ** 2
    penalty.backward()

    x.grad = None  # clean up
