import torch.nn.functional as F


def solve(model, batches):
    total = len(batches) * len(batches[0][0])
    for X, Y in batches:
        loss = F.mse_loss(model(X), Y, reduction='sum') / total
        loss.backward()
