"""autograd.grad does not change .grad.

`x` is a tensor with one number, made with `requires_grad=True`. Write `solve(x)` so that it does this, in this order:

1. call `backward()` on `x**2`, so that `x.grad` holds its gradient;
2. compute the gradient of `x**3` without changing `x.grad`, with `torch.autograd.grad`;
3. return that gradient: the tensor, not the tuple.

Then run `python -m grader core/autograd-grad-leaves-grad-alone`.
"""

import torch


def solve(x):
    # TODO: your calls here
    pass
