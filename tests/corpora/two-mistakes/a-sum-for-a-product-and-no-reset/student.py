def solve(a, b):
    loss = a + b
    loss.backward()
    loss = a * b + b
    loss.backward()
