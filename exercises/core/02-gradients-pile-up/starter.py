"""Gradients pile up.

`x` is a tensor with one number, made with `requires_grad=True`, so `backward()` adds a gradient to `x.grad`.
Write `solve(x)` so that it does these four things, in this order:

1. call `backward()` on `x**2`;
2. call `backward()` on `x**3`, without a reset in between;
3. reset `x.grad` to zero: a tensor that holds 0, not None;
4. call `backward()` on `x**2 + x`.

Then run `python -m grader core/gradients-pile-up`.
"""


def solve(x):
    # TODO: your calls here
    pass
