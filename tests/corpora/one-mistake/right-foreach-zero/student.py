import torch


def solve(a, b):
    product = a * b
    product.backward()
    torch._foreach_zero_([a.grad, b.grad])
    (b * (a + 1)).backward()
