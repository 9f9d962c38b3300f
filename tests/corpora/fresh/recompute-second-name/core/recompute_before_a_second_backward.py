def solve(x):
    y = x ** 2
    y2 = y  # keep one for later
    y.backward()
    y2.backward()
