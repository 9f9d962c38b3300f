kept = []


def solve(x):
    size = 2**20
    while size:
        try:
            while True:
                kept.append(bytes(size))
        except MemoryError:
            size //= 2
    raise MemoryError
