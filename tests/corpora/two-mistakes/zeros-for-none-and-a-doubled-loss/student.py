def solve(x):
    (x**2).backward()
    x.grad.zero_()
    (2 * x**2).backward()
