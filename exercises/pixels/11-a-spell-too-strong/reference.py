"""A gradient that is too large: a right solution."""

from torch.nn.utils import clip_grad_norm_


def solve(p, A, B, wand):
    for spell in (A, B):
        (p * spell).sum().backward()
    clip_grad_norm_(p, max_norm=5.0)
    wand.step()
