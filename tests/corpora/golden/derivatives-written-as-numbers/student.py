def solve(x):
    (4 * x).backward()
    (12 * x).backward()
    x.grad.zero_()
    (5 * x).backward()
