def solve(x):
    (x * x).backward()
    x.grad.zero_()
    c = (x ** 2).detach()
    (c * x).backward()
