def solve(x):
    for _ in range(2):
        (x**2).backward()
    (2 * x).backward()
    x.grad = None
