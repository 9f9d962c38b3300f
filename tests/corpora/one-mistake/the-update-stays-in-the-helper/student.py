import torch


def descend(weight, lr=0.25):
    with torch.no_grad():
        weight = weight - lr * weight.grad


def solve(w):
    ((w - 3) ** 2).backward()
    descend(w)
    w.grad.zero_()
    ((w - 3) ** 2).backward()
