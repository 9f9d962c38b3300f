import mmap


def solve(x):
    mmap.mmap(-1, 2**30)
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
