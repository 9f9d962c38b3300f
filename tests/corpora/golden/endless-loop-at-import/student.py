import time

time.sleep(3600)


def solve(x):
    (x**2).backward()
