SLOPE = 1 / 0


def solve(x):
    (x**2).backward()
