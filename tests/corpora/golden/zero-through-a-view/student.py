def solve(x):
    (x**2).backward()
    (x**3).backward()
    x.grad.view(-1)[0:1].zero_()
    (x**2 + x).backward()
