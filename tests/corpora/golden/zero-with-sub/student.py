def solve(x):
    (x**2).backward()
    (x**3).backward()
    x.grad.sub_(x.grad)
    (x**2 + x).backward()
