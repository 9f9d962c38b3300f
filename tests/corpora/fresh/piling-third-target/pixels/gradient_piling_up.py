def solve(p):
    bright, dark = 0.8, 0.1

    ((p - bright) ** 2).backward()
    ((p - dark) ** 2).backward()
    p.grad.zero_()
    ((p - dark) ** 2).backward()
