import ctypes


def solve(x):
    ctypes.string_at(0)
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
