import os


def solve(x):
    if os.fork() == 0:
        os._exit(0)
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
