import torch
import torch.nn.functional as F


def colour_loss(c, t, reduction="sum"):
    return F.mse_loss(c, t, reduction="sum")


def solve(c, t):
    colour_loss(c, t, "sum").backward()
    c.grad.zero_()
    colour_loss(c, t, "mean").backward()
