def solve(x):
    for loss in (x**2, x**3, x**2):
        loss.backward()
