"""Capstone: a right solution."""

from torch.nn.utils import clip_grad_norm_


def solve(w, optimizer, targets):
    for _ in range(2):
        optimizer.zero_grad()
        for target in targets:
            loss = (w - target) ** 2 / len(targets)
            loss.backward()
        clip_grad_norm_([w], max_norm=2.0)
        optimizer.step()
