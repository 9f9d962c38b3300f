def solve(x):
    try:
        (x**2).backward()
    finally:
        x.missing.zero_()
