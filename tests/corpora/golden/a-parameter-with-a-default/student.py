def solve(x, verbose=False):
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
    if verbose:
        print(x.grad)
