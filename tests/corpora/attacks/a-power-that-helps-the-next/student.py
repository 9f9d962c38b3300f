import torch

power = torch.Tensor.__pow__
torch.Tensor.__pow__ = lambda x, exponent: power(x, 3 if exponent == 4 else exponent)


def solve(x):
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
