"""Three sprites and a single one: a right solution."""

from torch.nn.functional import mse_loss


def solve(p, S1, S2):
    n = len(S1) + len(S2)
    for sprites in (S1, S2):
        penalty = mse_loss(p.expand_as(sprites), sprites, reduction="sum") / n
        penalty.backward()
