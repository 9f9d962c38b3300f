"""The short last micro-batch: a right solution."""

from torch.nn.functional import mse_loss


def solve(model, batches):
    n = sum(len(X) for X, _ in batches)
    for X, y in batches:
        loss = mse_loss(model(X), y) * len(X) / n
        loss.backward()
