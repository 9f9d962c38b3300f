"""backward() on a vector.

`x` is a tensor with three numbers, made with `requires_grad=True`, so `x**2` has three elements.
Write `solve(x)` so that it does these three things, in this order:

1. call `backward()` on `x**2` with the weights 1, 0.5 and 2, as its argument `gradient`;
2. reset the gradient, so that `x.grad` is None (a tensor that holds zeros does not count);
3. call `backward()` on the sum of `x**2`.

Then run `python -m grader core/vector-output-needs-a-seed`.
"""

import torch


def solve(x):
    # TODO: your calls here
    pass
