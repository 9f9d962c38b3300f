def solve(p, q):
    diff = p - q
    (diff * diff).backward()

    p.grad.zero_()
    p.grad.zero_()

    total = p + q + 1
    (total * total).backward()
