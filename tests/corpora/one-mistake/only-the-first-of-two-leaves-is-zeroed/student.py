def solve(a, b):
    (a * b).backward()
    for leaf in (a, a):
        leaf.grad.zero_()
    (a * b + b).backward()
