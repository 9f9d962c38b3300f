def solve(x):
    (x**2).backward()
    raise ValueError("z" * 20_000_000)
