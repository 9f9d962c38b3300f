def solve(p, q):
    ((p - q) ** 2).backward()
    q.grad.zero_()
    ((p + q + 1) ** 2).backward()
