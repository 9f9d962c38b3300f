def solve(x):
    a = x**2
    a.backward()
    b = x**3
    b.backward()
    # start again from zero
    gradient = x.grad
    gradient = 0
    c = x**2 + x
    c.backward()
