import torch
from torch.nn.functional import mse_loss


def solve(model, optimizer, batches):
    for X, y in batches:
        (mse_loss(model(X), y) / len(batches)).backward()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter -= 0.1 * parameter.grad
