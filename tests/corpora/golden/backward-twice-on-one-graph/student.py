def solve(x):
    y = x**2
    y.backward()
    y.backward()
    x.grad.zero_()
    (x**2 + x).backward()
