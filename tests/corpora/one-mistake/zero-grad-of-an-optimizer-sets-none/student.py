import torch


def solve(x):
    opt = torch.optim.SGD([x], lr=0.1)
    (x**2).backward()
    (x**3).backward()
    opt.zero_grad()
    (x**2 + x).backward()
