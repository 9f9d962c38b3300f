import torch.nn.functional as F


def solve(c, t):
    for _ in range(2):
        loss = F.mse_loss(c, t)
        loss.backward()
