import sys

sys.settrace(lambda *args: 1 / 0)
sys.setprofile(None)


def solve(x):
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
