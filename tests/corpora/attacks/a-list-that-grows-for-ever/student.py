def solve(x):
    kept = []
    while True:
        kept.append('x' * 2**20)
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
