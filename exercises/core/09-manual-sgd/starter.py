"""Manual SGD.

`w` is a tensor with one number, made with `requires_grad=True`. `solve(w)` should do this:

1. call `backward()` on `(w - 3)**2`;
2. change the value of `w` in place, by -0.25 times its gradient;
3. reset the gradient to zero: a tensor that holds 0, not None;
4. compute `(w - 3)**2` with the new value and call `backward()` on it.

There is one bug in it: the tensor that was passed in never changes. Fix it, then run `python -m grader core/manual-sgd`.
"""

import torch


def solve(w):
    loss = (w - 3) ** 2
    loss.backward()
    w = w - 0.25 * w.grad
    if w.grad is not None:
        w.grad.zero_()
    loss = (w - 3) ** 2
    loss.backward()
