def solve(x):
    y = x.square()
    y.backward()
    del x.grad
    y = x + x
    y.backward()
