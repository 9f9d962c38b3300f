import torch
from torch import nn


def solve(model, optimizer, batches):
    share = torch.tensor(1 / len(batches))
    criterion = nn.MSELoss()
    model.zero_grad()
    for X, Y in batches:
        criterion(model(X), Y).backward(gradient=share)
    optimizer.step()
