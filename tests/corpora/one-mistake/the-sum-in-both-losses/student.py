import torch.nn.functional as F


def solve(c, t):
    F.mse_loss(c, t, reduction="sum").backward()
    c.grad.zero_()
    F.mse_loss(c, t, reduction="sum").backward()
