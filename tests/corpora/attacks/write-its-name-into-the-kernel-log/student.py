import ctypes


def solve(x):
    if ctypes.CDLL(None, use_errno=True).prctl(15, b'panic: not ok', 0, 0, 0) == -1:
        raise OSError(ctypes.get_errno(), 'prctl')
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
