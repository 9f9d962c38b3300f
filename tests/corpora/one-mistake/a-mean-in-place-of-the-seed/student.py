import torch


def solve(x):
    (x**2).backward(torch.tensor([1.0, 0.5, 2.0]))
    x.grad = None
    loss = (x**2).mean()
    loss.backward()
