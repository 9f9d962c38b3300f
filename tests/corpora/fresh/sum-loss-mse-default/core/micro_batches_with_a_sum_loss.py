import torch
import torch.nn.functional as F


def solve(w, batches):
    for X, y in batches:
        pred = w * X
        F.mse_loss(pred, y).backward()
