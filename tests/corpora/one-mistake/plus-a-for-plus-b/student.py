def solve(a, b):
    product = a * b
    product.backward()
    a.grad.zero_(), b.grad.zero_()
    product = a * b
    total = product + a
    total.backward()
