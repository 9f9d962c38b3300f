def solve(x):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
