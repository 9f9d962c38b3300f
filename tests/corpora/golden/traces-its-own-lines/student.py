import sys


def solve(x):
    sys.settrace(lambda *rest: None)
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
    sys.settrace(None)
