def solve(x):
    "Schräg"
    (x**2).backward()
