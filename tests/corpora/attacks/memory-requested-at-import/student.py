KEPT = [bytearray(2**20) for _ in range(10**6)]


def solve(x):
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
