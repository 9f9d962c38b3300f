import torch


def solve(x: torch.Tensor) -> None:
    square = x.pow(2)
    square.backward()

    cube = x.pow(3)
    cube.backward()

    # start again from nothing
    x.grad = None

    last = x.pow(2) + x
    last.backward()
