def solve(x):
    y = x**2
    return y
