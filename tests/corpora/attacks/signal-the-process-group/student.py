import os


def solve(x):
    os.killpg(os.getpgid(os.getppid()), 0)
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
