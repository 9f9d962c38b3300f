def solve(a, b):
    b.requires_grad = False
    (a * b).backward()
    (a * b).backward()
