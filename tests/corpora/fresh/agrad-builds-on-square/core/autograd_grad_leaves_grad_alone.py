import torch


def solve(x: torch.Tensor) -> torch.Tensor:
    square = x ** 2
    square.backward()
    cube = square * x
    (g,) = torch.autograd.grad(cube, [x])
    return g
