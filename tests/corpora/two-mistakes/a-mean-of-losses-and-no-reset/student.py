import torch


def solve(w):
    a, b = (w - 3) ** 2, (w + 1) ** 2
    a.backward(retain_graph=True)
    b.backward(retain_graph=True)
    loss = torch.stack([a, b]).mean()
    loss.backward()
