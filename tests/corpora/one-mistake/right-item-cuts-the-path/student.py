def solve(x):
    (x * x.item()).backward()
    c = x.item() ** 2
    x.mul(c).backward()
