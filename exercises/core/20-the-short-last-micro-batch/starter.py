"""The short last micro-batch.

A batch comes in pieces of different sizes: `batches` is a list of pairs (X, y). `solve(model, batches)` should leave in the
gradients of the model what the mean squared error over all examples at once would leave. For each pair it should:

1. compute the loss so that every example counts the same, whichever micro-batch it is in;
2. call `backward()` on it.

There is one bug in it: it treats all micro-batches as if they had the same size. Mend it, then run
`python -m grader core/the-short-last-micro-batch`.
"""

from torch.nn.functional import mse_loss


def solve(model, batches):
    for X, y in batches:
        loss = mse_loss(model(X), y) / len(batches)
        loss.backward()
