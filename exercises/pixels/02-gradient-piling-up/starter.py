"""Gradient piling up.

`p` is one learnable pixel: a tensor with a single brightness, made with `requires_grad=True`.
Write `solve(p)` so that it casts three feedback spells and wipes the slate once:

1. `backward()` on `(p - 0.8)**2`, the penalty for the target 0.8;
2. `backward()` on `(p - 0.1)**2`, on top of the first feedback;
3. wipe the slate: `p.grad` must be a tensor that holds 0, not None;
4. `backward()` on `(p - 0.8)**2`, computed once more.

Then run `python -m grader pixels/gradient-piling-up`.
"""


def solve(p):
    # TODO: your calls here
    pass
