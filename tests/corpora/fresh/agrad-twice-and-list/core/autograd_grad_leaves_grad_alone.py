import torch
from torch import Tensor


def solve(x: Tensor):
    y = x ** 2
    y.backward(retain_graph=True)
    y.backward()
    grads = [torch.autograd.grad(f, x)[0] for f in (x ** 3,)]
    return grads
