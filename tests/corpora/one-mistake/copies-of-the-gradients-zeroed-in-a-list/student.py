def solve(a, b):
    (a * b).backward()
    for g in [t.grad.clone() for t in (a, b)]:
        g.zero_()
    (a * b + b).backward()
