import torch


def solve(w):
    ((w - 3) ** 2).backward()
    with torch.no_grad():
        w.grad.zero_()
        w -= 0.25 * w.grad
    ((w - 3) ** 2).backward()
