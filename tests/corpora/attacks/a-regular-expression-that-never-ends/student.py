import re


def solve(x):
    re.match('(a+)+b', 'a' * 60)
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
