def solve(x):
    y = x**2
    z = x**3
    w = x**2 + x
    y.backward()
    z.backward()
    x.grad.zero_()
    w.backward()
