def solve(x):
    (x ** 2).backward()
    cubed = 3 * x
    cubed.backward()
    x.grad.fill_(0.0)
    (x ** 2 + x).backward()
