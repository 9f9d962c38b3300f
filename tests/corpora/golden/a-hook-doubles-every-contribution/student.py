def solve(x):
    x.register_hook(lambda gradient: 2 * gradient)
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
