import time


def solve(x):
    time.sleep(10**6)
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
