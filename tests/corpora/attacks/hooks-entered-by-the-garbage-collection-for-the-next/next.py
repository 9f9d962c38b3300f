def solve(x):
    lists = [[] for _ in range(200_000)]
    (2 * x**2).backward()
    (4 * x**3).backward()
    x.grad.zero_()
    (2 * x**2 + x).backward()
