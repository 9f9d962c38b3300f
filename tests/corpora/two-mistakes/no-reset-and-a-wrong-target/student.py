def solve(p):
    ((p - 0.8) ** 2).backward()
    ((p - 0.2) ** 2).backward()
    ((p - 0.8) ** 2).backward()
