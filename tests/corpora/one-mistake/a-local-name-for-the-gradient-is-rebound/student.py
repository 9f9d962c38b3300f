def solve(p):
    ((p - 0.8) ** 2).backward()
    slate = p.grad
    ((p - 0.1) ** 2).backward()
    slate = 0.0 * slate
    ((p - 0.8) ** 2).backward()
