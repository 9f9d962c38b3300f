def solve(x):
    y = x ** 2
    y.backward()

    # the error said "a second time", so clear before the next one
    x.grad.zero_()

    y = x * 2
    y.backward()
