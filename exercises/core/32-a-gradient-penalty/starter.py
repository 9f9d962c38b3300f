"""A gradient penalty.

`x` is a tensor with one number, made with `requires_grad=True`.
Write `solve(x)` so that it does these three things, in this order:

1. call `backward()` on the loss `x**3`;
2. get the gradient `g` of `x**3` with `torch.autograd.grad`, so that `g` can be differentiated and `x.grad` does not change;
3. call `backward()` on the penalty `g**2`, which adds to `x.grad`. Do not reset anything.

Then run `python -m grader core/a-gradient-penalty`.
"""

import torch


def solve(x):
    # TODO: your calls here
    pass
