"""Micro-batches with a sum loss.

A batch is split into micro-batches: `batches` is a list of pairs (X, y). The prediction for `X` is `w*X`, and the loss is the
sum of the squared errors, `((w*X - y)**2).sum()`. Write `solve(w, batches)` so that in the end `w.grad` is the gradient of
the whole batch:

1. for each pair, in the order of the list, compute the sum of the squared errors of this pair;
2. call `backward()` on it before you go on to the next pair.

Do not reset anything, and do not change `w`.

Then run `python -m grader core/micro-batches-with-a-sum-loss`.
"""


def solve(w, batches):
    # TODO: your calls here
    pass
