import torch.nn as nn


def solve(model, optimizer, batches):
    criterion = nn.MSELoss()
    optimizer.zero_grad()
    for X, Y in batches:
        loss = criterion(model(X), Y)
        loss.backward()
    optimizer.step()
