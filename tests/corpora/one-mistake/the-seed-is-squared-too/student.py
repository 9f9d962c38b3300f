import torch


def solve(x):
    v = torch.tensor([1.0, 0.5, 2.0])
    loss = ((v * x) ** 2).sum()
    loss.backward()
    x.grad = None
    (x ** 2).sum().backward()
