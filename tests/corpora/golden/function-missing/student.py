def solved(x):
    (x**2).backward()
