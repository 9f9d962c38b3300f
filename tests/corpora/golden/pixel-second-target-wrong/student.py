def solve(p):
    for _ in range(2):
        ((p - 0.8) ** 2).backward()
    p.grad.zero_()
    ((p - 0.8) ** 2).backward()
