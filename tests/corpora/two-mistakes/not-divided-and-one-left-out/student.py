import torch.nn.functional as F


def solve(model, batches):
    for X, Y in batches[:-1]:
        F.mse_loss(model(X), Y).backward()
