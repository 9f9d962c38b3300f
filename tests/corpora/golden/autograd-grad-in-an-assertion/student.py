import torch


def solve(x):
    slope = torch.autograd.grad(x**2, x)[0]
    (x**2).backward()
    assert torch.equal(x.grad, slope)
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
