from helper import reset


def solve(x):
    (x**2).backward()
    (x**3).backward()
    reset(x)
    (x**2 + x).backward()
