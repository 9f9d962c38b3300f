def solve(x):
    (2 * x ** 2).backward()
    before = x.grad.clone()
    (x ** 3).backward()
    return x.grad - before
