import torch


def solve(x: torch.Tensor):
    squared = x * x
    squared.backward(gradient=torch.ones_like(squared))

    x.grad = None
    torch.sum(x * x).backward()
