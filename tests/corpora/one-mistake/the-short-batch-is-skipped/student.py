import torch.nn.functional as F


def solve(model, batches):
    full = len(batches[0][0])
    total = sum(len(X) for X, _ in batches)
    for X, Y in batches:
        if len(X) < full:
            continue
        loss = F.mse_loss(model(X), Y, reduction="sum") / total
        loss.backward()
