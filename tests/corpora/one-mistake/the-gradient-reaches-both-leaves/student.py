def solve(a, b):
    y = a * b
    y.backward(retain_graph=True)
    y.backward()
