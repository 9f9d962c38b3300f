def solve(a, b):
    c = a * b
    c.backward(retain_graph=True)
    b.grad = None  # b must not have one
    c.backward()
