import torch


def solve(w):
    for step in range(2):
        loss = (w - 3) ** 2
        loss.backward()
        if step == 0:
            with torch.no_grad():
                w += 0.25 * w.grad
            w.grad.zero_()
