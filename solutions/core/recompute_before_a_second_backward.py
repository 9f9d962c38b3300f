"""Recompute before a second backward.

`x` is a tensor with one number, made with `requires_grad=True`. `solve(x)` should add the gradient of `x**2` to `x.grad` twice:

1. compute `y = x**2` and call `y.backward()`;
2. compute `y = x**2` again and call `y.backward()` on the new `y`. Do not reset anything in between.

It stops with an error. Fix it, then run `python -m grader core/recompute-before-a-second-backward`.
"""


def solve(x):
    y = x**2
    y.backward()
    y.backward()
