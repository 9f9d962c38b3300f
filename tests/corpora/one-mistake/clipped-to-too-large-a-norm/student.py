import torch


def solve(w, A, B):
    for part in (A, B):
        (w * part).sum().backward()
    norm = w.grad.norm()
    if norm > 2.0:
        w.grad.mul_(2.0 / norm)
