def solve(x):
    x = x * 1.0
    (x**2).backward(retain_graph=True)
    (x**3).backward(retain_graph=True)
    x.grad.zero_()
    (x**2 + x).backward()
