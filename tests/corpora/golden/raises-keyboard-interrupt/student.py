def solve(x):
    (x**2).backward()
    raise KeyboardInterrupt
