import torch.nn.functional as F


def solve(model, optimizer, batches):
    n = len(batches)
    optimizer.zero_grad()
    for X, Y in batches:
        (F.mse_loss(model(X), Y) / n).backward()
        optimizer.step()
