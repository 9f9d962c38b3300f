"""A frozen tensor can still change.

`a` and `b` are tensors with one number each, and `opt` is SGD with momentum over both. `solve(a, b, opt)` trains both once,
freezes `b`, and trains once more. This code has a bug: `b` changes although it is frozen. Fix it:

1. `b` keeps its value after it is frozen;
2. between the two steps both gradients are None, not 0;
3. everything else stays as it is.

Then run `python -m grader core/frozen-does-not-mean-still`.
"""


def solve(a, b, opt):
    loss = a * b
    loss.backward()
    opt.step()
    opt.zero_grad(set_to_none=False)

    b.requires_grad_(False)
    loss = a * b
    loss.backward()
    opt.step()
