def solve(x):
    loss = x**2
    loss = x**3
    loss.backward()
    x.grad.zero_
    loss = x**2 + x
    loss.backward()
