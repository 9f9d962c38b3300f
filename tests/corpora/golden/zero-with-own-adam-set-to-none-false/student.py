import torch


def solve(x):
    (x**2).backward()
    (x**3).backward()
    torch.optim.Adam([x]).zero_grad(set_to_none=False)
    (x**2 + x).backward()
