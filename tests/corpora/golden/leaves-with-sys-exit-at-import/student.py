import sys


def solve(x):
    (x**2).backward()


sys.exit("done")
