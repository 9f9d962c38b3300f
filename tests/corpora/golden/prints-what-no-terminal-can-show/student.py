def solve(x):
    print("\ud800 \x1b[31mred\x07")
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
