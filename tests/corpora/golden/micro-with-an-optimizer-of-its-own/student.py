import torch
from torch.nn.functional import mse_loss


def solve(model, optimizer, batches):
    own = torch.optim.SGD(model.parameters(), lr=0.1)
    own.zero_grad()
    for X, y in batches:
        (mse_loss(model(X), y) / len(batches)).backward()
    own.step()
