def solve(x):
    y = x
    for _ in range(10**6):
        y = y * 1.0
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
