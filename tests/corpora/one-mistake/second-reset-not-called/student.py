def solve(a, b):
    (a * b).backward()
    a.grad.zero_()
    b.grad.zero_
    (a * b + b).backward()
