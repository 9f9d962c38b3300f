import torch

library = torch.library.Library('aten', 'IMPL')
library.impl('pow.Tensor_Scalar', lambda x, n: x * x if n == 2 else x * x * x, 'AutogradCPU')


def solve(x):
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
