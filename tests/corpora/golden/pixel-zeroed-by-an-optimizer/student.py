import torch


def solve(p):
    optimizer = torch.optim.SGD([p], lr=0.1)
    ((p - 0.8) ** 2).backward()
    ((p - 0.1) ** 2).backward()
    optimizer.zero_grad(set_to_none=False)
    ((p - 0.8) ** 2).backward()
