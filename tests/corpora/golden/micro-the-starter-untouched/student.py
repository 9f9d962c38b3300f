"""Micro-batches with a mean loss.

A batch is split into micro-batches of equal size: `batches` is a list of pairs (X, y). Write
`solve(model, optimizer, batches)` so that the model is updated once, with the gradient of the mean squared error over the
whole batch:

1. reset the gradients with `optimizer.zero_grad()` (they are still None here, so you may leave this out);
2. for each pair, compute `mse_loss(model(X), y)`, divide it by the number of pairs, and call `backward()` on it;
3. after the last pair, call `optimizer.step()` once, and leave the gradients as they are.

Then run `python -m grader core/micro-batches-with-a-mean-loss`.
"""

from torch.nn.functional import mse_loss


def solve(model, optimizer, batches):
    # TODO: your calls here
    pass
