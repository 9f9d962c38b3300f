def solve(x):
    (x**2).backward()
    (x**3).backward()
    x.grad.mul_(0.5)
    x.grad.zero_()
    (x**2 + x).backward()
