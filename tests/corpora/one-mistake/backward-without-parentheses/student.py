def solve(x):
    first = x ** 2
    first.backward()
    second = x ** 3
    second.backward
    x.grad.zero_()
    third = x ** 2 + x
    third.backward()
