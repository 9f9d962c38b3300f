"""Two leaves, two gradients.

`a` and `b` are tensors with one number each, both made with `requires_grad=True`. `solve(a, b)` should do this:

1. call `backward()` on `a*b`;
2. reset both gradients to zero: tensors that hold 0, not None;
3. call `backward()` on `a*b + b`.

There is one bug in it. Fix it, then run `python -m grader core/two-leaves-and-one-slate`.
"""


def solve(a, b):
    loss = a * b
    loss.backward()
    a.grad.zero_()
    loss = a * b + b
    loss.backward()
