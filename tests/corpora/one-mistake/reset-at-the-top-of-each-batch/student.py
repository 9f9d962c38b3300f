import torch


def solve(w, batches):
    optimizer = torch.optim.SGD([w], lr=0.01)
    for X, Y in batches:
        optimizer.zero_grad()
        ((w * X - Y) ** 2).sum().backward()
