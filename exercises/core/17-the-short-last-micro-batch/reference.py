"""The short last micro-batch: a right solution."""

from torch.nn.functional import mse_loss


def solve(model, batches):
    n = sum(len(X) for X, _ in batches)
    for X, Y in batches:
        loss = mse_loss(model(X), Y) * len(X) / n
        loss.backward()
