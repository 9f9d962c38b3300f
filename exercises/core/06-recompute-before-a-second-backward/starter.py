"""Recompute before a second backward.

`x` is a tensor with one number, made with `requires_grad=True`. `solve(x)` should send the gradient of `x**2` into `x.grad`
twice, one on top of the other:

1. compute `y = x**2` and call `y.backward()`;
2. compute `y = x**2` again and call `y.backward()` on the new `y`. Do not reset anything in between.

It stops with an error. Mend it, then run `python -m grader core/recompute-before-a-second-backward`.
"""


def solve(x):
    y = x**2
    y.backward()
    y.backward()
