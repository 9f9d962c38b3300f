from functools import lru_cache


@lru_cache
def square(x):
    return x ** 2


def solve(x):
    square(x).backward()
    square(x).backward()
