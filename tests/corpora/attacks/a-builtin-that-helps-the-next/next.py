def solve(x):
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    sum([x**2, x, x]).backward()
