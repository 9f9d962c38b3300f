"""The gradients of a pixel add up.

`p` is one learnable pixel: a tensor with a single brightness, made with `requires_grad=True`.
Write `solve(p)` so that it calls `backward()` three times and resets the gradient once:

1. call `backward()` on `(p - 0.8)**2`, the loss for the target 0.8;
2. call `backward()` on `(p - 0.1)**2`, without a reset in between;
3. reset `p.grad` to zero: it must be a tensor that holds 0, not None;
4. call `backward()` on `(p - 0.8)**2`, computed again.

Then run `python -m grader pixels/gradient-piling-up`.
"""


def solve(p):
    # TODO: your calls here
    pass
