import torch


def solve(x):
    optimizer = torch.optim.SGD([x], lr=1.0)
    (x**2).backward()
    optimizer.zero_grad(set_to_none=False)
    (2 * x).backward()
