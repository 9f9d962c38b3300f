def solve(x):
    for _ in range(100):
        try:
            bytearray(2**40)
        except MemoryError:
            pass
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
