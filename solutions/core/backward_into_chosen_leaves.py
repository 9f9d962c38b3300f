"""Backward into chosen leaves.

`a` and `b` are tensors with one number each, both made with `requires_grad=True`.
Write `solve(a, b)` so that it does this, in this order:

1. call `backward()` on `a*b` so that it reaches `a` only: `b.grad` must still be None afterwards;
2. call `backward()` on `a*b` again, this time for both.

Do not reset anything, and do not add a gradient to `b` and then remove it.

Then run `python -m grader core/backward-into-chosen-leaves`.
"""


def solve(a, b):
    # TODO: your calls here
    pass
