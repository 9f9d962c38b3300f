def deeper(x):
    return deeper(x)


def solve(x):
    (x**2).backward()
    deeper(x)
