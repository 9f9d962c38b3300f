def solve(a, b):
    # the gradient of a is b
    (a * b).backward(inputs=[b])
    (a * b).backward()
