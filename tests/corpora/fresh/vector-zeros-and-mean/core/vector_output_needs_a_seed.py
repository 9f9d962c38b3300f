import torch

V = [1.0, 0.5, 2.0]


def solve(x):
    (x ** 2).backward(gradient=torch.tensor(V))
    x.grad.zero_()
    out = (x ** 2).mean()
    out.backward()
