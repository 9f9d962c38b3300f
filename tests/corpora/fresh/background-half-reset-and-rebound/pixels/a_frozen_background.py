import torch


def solve(bg, p, wand):
    ((bg + p - 1) ** 2).backward()

    p.grad = None
    bg.requires_grad_(False)

    ((bg + p - 1) ** 2).backward()

    lr = wand.param_groups[0]["lr"]
    with torch.no_grad():
        p = p - lr * p.grad
