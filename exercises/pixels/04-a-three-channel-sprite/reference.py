"""A three-channel sprite: a right solution."""

from torch.nn.functional import mse_loss


def solve(c, t):
    mse_loss(c, t, reduction="sum").backward()
    c.grad.zero_()
    mse_loss(c, t).backward()
