"""The short last micro-batch.

A batch is split into micro-batches of different sizes: `batches` is a list of pairs (X, y). `solve(model, batches)` should
give the model the gradients of the mean squared error over all examples. For each pair it should:

1. compute the loss so that every example has the same weight, in every micro-batch;
2. call `backward()` on it.

There is one bug in it: it treats all micro-batches as if they had the same size. Fix it, then run
`python -m grader core/the-short-last-micro-batch`.
"""

from torch.nn.functional import mse_loss


def solve(model, batches):
    for X, y in batches:
        loss = mse_loss(model(X), y) / len(batches)
        loss.backward()
