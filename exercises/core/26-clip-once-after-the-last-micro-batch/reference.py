"""Clip once, after the last micro-batch: a right solution."""

from torch.nn.utils import clip_grad_norm_


def solve(w, A, B):
    for share in (A, B):
        loss = (w * share).sum()
        loss.backward()
    clip_grad_norm_([w], max_norm=1.0)
