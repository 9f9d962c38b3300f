def solve(a, b):
    loss = a * b
    loss.backward()
    print("after the first:", a.grad, b.grad)

    # b was the one that was too large
    b.grad.zero_()

    loss = a * b - b
    loss.backward()
