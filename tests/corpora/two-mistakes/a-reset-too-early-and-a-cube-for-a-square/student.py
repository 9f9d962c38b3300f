def solve(x):
    y = x**2
    y.backward()
    x.grad.zero_()
    y = x**3
    y.backward()
