"""Stop the gradient.

`x` is a tensor with one number, made with `requires_grad=True`.
Write `solve(x)` so that it does these three things, in this order:

1. call `backward()` on `x` times `x`, with the gradient cut in one of the two factors;
2. compute `c = x**2` with no gradient through it: under `torch.no_grad()`, or with `detach()`;
3. call `backward()` on `c * x`, without a reset before it. Nothing is reset.

Then run `python -m grader core/stop-the-gradient`.
"""

import torch


def solve(x):
    # TODO: your calls here
    pass
