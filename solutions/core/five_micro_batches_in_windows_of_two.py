"""Five micro-batches in windows of two.

`windows` is a list of three tensors, [1, 2], [3, 4] and [5]: the targets of five micro-batches, in windows that share a step.
Write `solve(w, optimizer, windows)` so that it does this for every window, the short one included:

1. for each target, call `backward()` on `(w - target)**2` divided by the length of this window;
2. after the last target of the window, call `optimizer.step()` once;
3. then call `optimizer.zero_grad()`, which leaves None; after the last window too.

Then run `python -m grader core/five-micro-batches-in-windows-of-two`.
"""


def solve(w, optimizer, windows):
    # TODO: your calls here
    pass
