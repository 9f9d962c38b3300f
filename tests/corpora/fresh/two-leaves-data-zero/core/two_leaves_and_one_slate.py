def solve(a, b):
    (a * b).backward()
    for leaf in (a, b):
        leaf.data.zero_()
    (a * b + b).backward()
