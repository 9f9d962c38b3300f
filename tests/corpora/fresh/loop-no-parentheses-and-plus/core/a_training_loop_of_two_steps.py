import torch


def loss_fn(w):
    return torch.square(w + 3.0)


def solve(w, optimizer):
    for _ in range(2):
        optimizer.zero_grad
        loss = loss_fn(w)
        loss.backward()
        optimizer.step()
