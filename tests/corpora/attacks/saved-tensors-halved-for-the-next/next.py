def solve(x):
    (2 * x**2).backward()
    (4 * x**3).backward()
    x.grad.zero_()
    (2 * x**2 + x).backward()
