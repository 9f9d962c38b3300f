def solve(x):
    (x**2).backward()
    (x**3).backward()
    x.grad -= x.grad.clone()
    (x**2 + x).backward()
