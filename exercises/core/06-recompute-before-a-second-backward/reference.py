"""Recompute before a second backward: a right solution."""


def solve(x):
    for _ in range(2):
        y = x**2
        y.backward()
