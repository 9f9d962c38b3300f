def solve(p, q):
    ((p - q) ** 2).backward()
    p.grad.zero_()
    ((p + q - 1) ** 2).backward()
