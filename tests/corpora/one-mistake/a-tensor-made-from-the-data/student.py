import torch


def solve(p):
    pixel = torch.tensor(p.tolist(), requires_grad=True)
    ((pixel - 0.8) ** 2).backward()
    ((pixel - 0.1) ** 2).backward()
    pixel.grad.zero_()
    ((pixel - 0.8) ** 2).backward()
