import torch


def solve(x):
    weights = torch.tensor([1.0, 0.5, 2.0])
    y = x ** 2
    y.backward(weights)

    x.grad = None

    y = x ** 2
    y.backward()
