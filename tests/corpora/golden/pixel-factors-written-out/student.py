def solve(p):
    ((p - 0.8) * (p - 0.8)).backward()
    (p * p - 0.2 * p + 0.01).backward()
    p.grad.fill_(0.0)
    ((p - 0.8) * (p - 0.8)).backward()
