"""Two losses with a shared part.

`x` is a tensor with one number, made with `requires_grad=True`. Write `solve(x)` so that it does this, in this order:

1. compute the shared part `h = x*x`, once;
2. call `backward()` on the first loss, `3*h`;
3. call `backward()` on the second loss, `h**2`, computed from the same `h`.

Do not reset anything: both gradients add up in `x.grad`.

Then run `python -m grader core/two-losses-over-one-trunk`.
"""


def solve(x):
    # TODO: your calls here
    pass
