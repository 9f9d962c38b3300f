def solve(x):
    (x**2).backward()
    (x**3).backward()
    del x.grad
    (x**2 + x).backward()
