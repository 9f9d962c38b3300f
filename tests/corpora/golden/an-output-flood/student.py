def solve(x):
    (x**2).backward()
    while True:
        print("x" * 65536)
