import torch


def solve(x):
    square = x * x
    square.backward()
    cube = x.pow(3)
    (slope,) = torch.autograd.grad(cube, x)
    print("slope of the cube:", slope)
    return cube.detach()
