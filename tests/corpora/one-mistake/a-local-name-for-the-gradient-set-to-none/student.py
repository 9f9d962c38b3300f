def solve(x):
    loss = x**2
    loss.backward()
    g = x.grad
    g = None
    loss = 2 * x
    loss.backward()
