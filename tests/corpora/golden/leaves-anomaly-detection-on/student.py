import torch


def solve(x):
    torch.autograd.set_detect_anomaly(True)
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
