def solve(x):
    (x**2).backward()
    (x**4).backward()
    x.grad.zero_()
    (x**2 + x).backward()
