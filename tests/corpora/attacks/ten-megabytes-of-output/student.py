def solve(x):
    for _ in range(10000):
        print('x' * 1000)
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
