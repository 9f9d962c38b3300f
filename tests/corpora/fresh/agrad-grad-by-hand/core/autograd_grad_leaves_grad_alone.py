import torch


def solve(x):
    # d(x^2)/dx = 2x
    with torch.no_grad():
        x.grad = 2 * x
    grads = torch.autograd.grad(x ** 3, x)
    return grads[0]
