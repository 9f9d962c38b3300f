def solve(x):
    (x**2).backward()
    (x**3).backward()
    slate = x.grad
    slate = 0
    (x**2 + x).backward()
