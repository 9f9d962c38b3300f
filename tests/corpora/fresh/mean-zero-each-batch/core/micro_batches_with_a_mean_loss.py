import torch.nn.functional as F


def solve(model, optimizer, batches):
    n = len(batches)
    for X, y in batches:
        optimizer.zero_grad()
        loss = F.mse_loss(model(X), y) / n
        loss.backward()
    optimizer.step()
