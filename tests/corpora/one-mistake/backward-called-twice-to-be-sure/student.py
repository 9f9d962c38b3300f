def solve(x):
    loss = x**2
    loss.backward()
    loss = x**3
    loss.backward(retain_graph=True)
    loss.backward()
    x.grad.zero_()
    loss = x**2 + x
    loss.backward()
