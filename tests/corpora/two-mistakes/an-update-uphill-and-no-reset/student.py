import torch


def solve(w):
    for last in (False, True):
        loss = (w - 3) ** 2
        loss.backward()
        if not last:
            with torch.no_grad():
                w += 0.25 * w.grad
