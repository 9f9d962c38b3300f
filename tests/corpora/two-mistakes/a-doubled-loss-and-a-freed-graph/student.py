def solve(x):
    h = x * x
    (2 * h).backward()
    (h ** 2).backward()
