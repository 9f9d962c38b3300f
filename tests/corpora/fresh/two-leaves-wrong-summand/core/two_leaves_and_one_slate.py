import torch


def reset(*leaves):
    """Fill the gradient of every leaf with 0."""
    for leaf in leaves:
        leaf.grad = torch.zeros_like(leaf)


def solve(a, b):
    product = torch.mul(a, b)
    product.backward()

    reset(a, b)

    product = torch.mul(a, b)
    (product + a).backward()
