def solve(a, b):
    (a * b).backward()
    a.grad.zero_()
    (a * b).backward()
