def solve(x):
    (x**2).backward()
    (x**3).backward()
    (x**2 + x).backward()
