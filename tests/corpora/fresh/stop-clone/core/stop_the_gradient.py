def solve(x):
    frozen = x.detach()
    (x * frozen).backward()

    c = (x ** 2).clone()
    (c * x).backward()
