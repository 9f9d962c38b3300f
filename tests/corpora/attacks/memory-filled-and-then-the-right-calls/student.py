kept = []


def solve(x):
    size = 2**20
    while size:
        try:
            while True:
                kept.append(bytes(size))
        except MemoryError:
            size //= 2
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
