import sys


def solve(x):
    (x**2).backward()
    print("after the first:", x.grad is not None)
    (x**3).backward()
    x.grad.zero_()
    print("to the other stream", file=sys.stderr)
    (x**2 + x).backward()
    print(f"{x.grad}")
