import torch
from torch import nn


def solve(model, batches):
    criterion = nn.MSELoss()
    N = sum(len(X) for X, y in batches)
    i = 0
    while i < len(batches) - 1:
        X, y = batches[i]
        loss = criterion(model(X), y) * len(X) / N
        loss = loss / len(batches)
        loss.backward()
        i += 1
