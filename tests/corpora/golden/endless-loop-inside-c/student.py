import itertools


def solve(x):
    (x**2).backward()
    all(itertools.repeat(True))
