import torch


def solve(x):
    m = torch.rand(3000, 3000)
    for _ in range(10**6):
        m = m @ m / 3000
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
