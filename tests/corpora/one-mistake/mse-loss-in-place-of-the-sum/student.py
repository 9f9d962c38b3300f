import torch.nn.functional as F


def solve(w, batches):
    for X, Y in batches:
        loss = F.mse_loss(w * X, Y)
        loss.backward()
