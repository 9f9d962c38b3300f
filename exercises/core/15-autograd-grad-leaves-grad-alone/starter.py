"""autograd.grad leaves .grad alone.

`x` is a tensor with one number, made with `requires_grad=True`. Write `solve(x)` so that it does this, in this order:

1. call `backward()` on `x**2`, so that `x.grad` holds its slope;
2. find the slope of `x**3` without touching `x.grad`, with `torch.autograd.grad`;
3. return that slope: the tensor, not the tuple that it comes in.

Then run `python -m grader core/autograd-grad-leaves-grad-alone`.
"""

import torch


def solve(x):
    # TODO: your calls here
    pass
