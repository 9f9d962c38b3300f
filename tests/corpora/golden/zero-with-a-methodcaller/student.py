from operator import methodcaller

wipe = methodcaller("zero_")


def solve(x):
    (x**2).backward()
    (x**3).backward()
    wipe(x.grad)
    (x**2 + x).backward()
