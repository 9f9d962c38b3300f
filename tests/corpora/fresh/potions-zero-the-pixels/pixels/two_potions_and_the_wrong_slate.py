def solve(p, q):
    first = (p - q) ** 2
    first.backward()
    p.zero_()
    q.zero_()
    second = (p + q - 1) ** 2
    second.backward()
