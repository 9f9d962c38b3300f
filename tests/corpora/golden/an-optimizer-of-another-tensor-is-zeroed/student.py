import torch


def solve(x):
    (x**2).backward()
    (x**3).backward()
    other = torch.zeros(1, requires_grad=True)
    torch.optim.SGD([other], lr=0.1).zero_grad()
    (x**2 + x).backward()
