import ctypes


def solve(x):
    (x**2).backward()
    ctypes.string_at(0)
