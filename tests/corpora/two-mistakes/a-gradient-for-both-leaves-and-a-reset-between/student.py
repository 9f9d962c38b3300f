def solve(a, b):
    (a * b).backward()
    a.grad = None
    (a * b).backward()
