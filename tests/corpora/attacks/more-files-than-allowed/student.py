import os


def solve(x):
    kept = [open('/dev/null') for _ in range(100)]
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
