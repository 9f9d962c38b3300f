"""Manual SGD: a right solution."""

import torch


def solve(w):
    loss = (w - 3) ** 2
    loss.backward()
    with torch.no_grad():
        w -= 0.25 * w.grad
    w.grad.zero_()
    loss = (w - 3) ** 2
    loss.backward()
