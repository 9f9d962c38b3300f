def solve(x):
    for _ in range(300):
        (x**2).backward()
        x.grad.zero_()
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
