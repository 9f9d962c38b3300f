import torch
import torch.nn.functional as F


def solve(model, batches):
    sizes = torch.tensor([float(len(X)) for X, _ in batches])
    for weight, (X, Y) in zip(sizes / sizes.sum(), batches):
        (weight * F.mse_loss(model(X), Y)).backward()
