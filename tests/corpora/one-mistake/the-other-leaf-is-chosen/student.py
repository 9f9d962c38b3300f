def solve(a, b):
    loss = a * b
    loss.backward(inputs=[b])
    loss = a * b
    loss.backward()
