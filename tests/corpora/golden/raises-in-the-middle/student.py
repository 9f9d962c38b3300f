def solve(x):
    (x**2).backward()
    (x**3).backward()
    raise ValueError("not today")
