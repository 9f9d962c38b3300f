"""Micro-batches with a mean loss: a right solution."""

from torch.nn.functional import mse_loss


def solve(model, optimizer, batches):
    optimizer.zero_grad()
    for X, y in batches:
        loss = mse_loss(model(X), y) / len(batches)
        loss.backward()
    optimizer.step()
