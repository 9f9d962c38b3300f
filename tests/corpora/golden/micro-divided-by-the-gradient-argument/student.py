import torch
from torch.nn.functional import mse_loss


def solve(model, optimizer, batches):
    optimizer.zero_grad()
    for X, y in batches:
        mse_loss(model(X), y).backward(gradient=torch.tensor(1 / len(batches)))
    optimizer.step()
