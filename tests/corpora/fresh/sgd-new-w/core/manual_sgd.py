import torch

LR = 0.25


def loss_of(weight):
    return (weight - 3).pow(2).sum()


def solve(w):
    loss_of(w).backward()
    step = LR * w.grad
    with torch.no_grad():
        w = w - step
    w.requires_grad_(True)
    if w.grad is not None:
        w.grad.zero_()
    loss_of(w).backward()
