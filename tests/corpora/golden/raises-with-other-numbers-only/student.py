def solve(x):
    (x**2).backward()
    if x.item() != 2:
        raise ValueError("a secret number")
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
