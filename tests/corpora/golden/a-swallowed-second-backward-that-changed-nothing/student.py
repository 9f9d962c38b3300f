def solve(x):
    y = x**2
    y.backward()
    try:
        y.backward()
    except RuntimeError:
        pass
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
