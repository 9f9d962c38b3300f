def solve(x):
    (x**2).backward()
    (x**3).backward()
    slate = x.grad
    x.grad = None
    slate.zero_()
    (x**2 + x).backward()
