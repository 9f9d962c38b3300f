def solve(x):
    x.pow(2).backward()
    x.pow(4).backward()
    x.grad.zero_()
    (x.pow(2) + x).backward()
