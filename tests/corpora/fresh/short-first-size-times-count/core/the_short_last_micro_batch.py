import torch.nn.functional as F


def solve(model, batches):
    batch_size = len(batches[0][0])
    N = batch_size * len(batches)
    for X, y in batches:
        loss = F.mse_loss(model(X), y, reduction="sum") / N
        loss.backward()
