"""Two tensors, two gradients.

`p` and `q` are tensors with one number each, both made with `requires_grad=True`. `solve(p, q)` should:

1. call `backward()` on `(p - q)**2`;
2. reset both `p.grad` and `q.grad` to zero: tensors that hold 0, not None;
3. call `backward()` on `(p + q - 1)**2`.

It has one bug. Fix it, then run `python -m grader pixels/two-potions-and-the-wrong-slate`.
"""


def solve(p, q):
    ((p - q) ** 2).backward()
    p.grad.zero_()
    ((p + q - 1) ** 2).backward()
