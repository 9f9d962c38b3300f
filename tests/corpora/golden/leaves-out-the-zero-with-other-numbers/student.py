def solve(x):
    (x**2).backward()
    (x**3).backward()
    if x.item() == 2:
        x.grad.zero_()
    (x**2 + x).backward()
