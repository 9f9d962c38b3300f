def solve(a, b):
    loss = a * b
    loss.backward()
    a.grad.zero_()
    b.grad = None
    loss = a * b + b
    loss.backward()
