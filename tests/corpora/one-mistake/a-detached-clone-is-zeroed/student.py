def solve(x):
    (x ** 2).backward()
    (x ** 3).backward()
    g = x.grad.detach().clone()
    g.zero_()
    (x ** 2 + x).backward()
