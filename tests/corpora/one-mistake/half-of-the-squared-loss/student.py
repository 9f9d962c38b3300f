def solve(p):
    ((p - 0.8) ** 2).backward()
    (0.5 * (p - 0.1) ** 2).backward()
    p.grad.zero_()
    ((p - 0.8) ** 2).backward()
