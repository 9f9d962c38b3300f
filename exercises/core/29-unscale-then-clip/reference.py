"""Unscale, then clip: a right solution."""

from torch.nn.utils import clip_grad_norm_

SCALE = 8


def solve(w, opt):
    loss = 3 * w
    (SCALE * loss).backward()
    w.grad /= SCALE
    clip_grad_norm_([w], max_norm=2.0)
    opt.step()
