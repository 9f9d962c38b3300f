"""One backward of the sum, or one for each loss.

`w` is a tensor with one number, made with `requires_grad=True`. There are two losses.
Write `solve(w)` so that it computes the gradient of both losses in two ways, in this order:

1. call `backward()` on `(w - 3)**2`;
2. call `backward()` on `(w + 1)**2`, without a reset in between;
3. reset `w.grad` to zero: a tensor that holds 0, not None;
4. call `backward()` once, on the sum of the two losses.

Then run `python -m grader core/sum-of-losses-or-sum-of-backwards`.
"""


def solve(w):
    # TODO: your calls here
    pass
