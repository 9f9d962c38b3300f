def solve(x):
    (x**2).backward(create_graph=True)
    (x**3).backward(create_graph=True)
    x.grad.zero_()
    (x**2 + x).backward()
