import torch


def solve(x):
    optimizer = torch.optim.SGD([x], lr=0.1)
    optimizer.zero_grad()
    (x**2).backward()
    (x**3).backward()
    optimizer.zero_grad(set_to_none=False)
    (x**2 + x).backward()
