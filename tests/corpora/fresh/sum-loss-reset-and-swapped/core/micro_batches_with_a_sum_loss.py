import torch


def solve(w, batches):
    for y, X in batches:
        w.grad = None
        errors = w * X - y
        loss = torch.sum(errors ** 2)
        loss.backward()
