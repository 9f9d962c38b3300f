"""Reset to None: a right solution."""


def solve(x):
    (x**2).backward()
    x.grad = None
    (2 * x).backward()
