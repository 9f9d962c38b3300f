import ctypes
import time

READ, PRIVATE, ANONYMOUS, FIXED = 1, 2, 32, 0x100000


def solve(x):
    mmap = ctypes.CDLL(None).mmap
    mmap.argtypes = (ctypes.c_size_t, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long)
    mmap.restype = ctypes.c_size_t
    for gigabyte in range(1024, 64 * 1024):
        address = mmap(gigabyte * 2**30, 4096, READ, PRIVATE | ANONYMOUS | FIXED, -1, 0)
        if address == gigabyte * 2**30:
            ctypes.c_char.from_address(address).value
    time.sleep(0.3)
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
