def solve(x):
    for _ in range(1500):
        print("y" * 1023)
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
