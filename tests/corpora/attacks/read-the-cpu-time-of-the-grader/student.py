import time


def solve(x):
    time.clock_gettime(~PARENT << 3 | 2)
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
