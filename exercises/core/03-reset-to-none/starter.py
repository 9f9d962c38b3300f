"""Reset to None.

`x` is a tensor with one number, made with `requires_grad=True`.
Write `solve(x)` so that it does these three things, in this order:

1. call `backward()` on `x**2`;
2. reset the gradient, so that `x.grad` is None (a tensor that holds 0 does not count);
3. call `backward()` on `2*x`.

Then run `python -m grader core/reset-to-none`.
"""


def solve(x):
    # TODO: your calls here
    pass
