def go(x, loss):
    if x.grad is not None:
        x.grad.zero_()
    loss.backward()


def solve(x):
    go(x, x**2)
    go(x, x**4)
    go(x, x**2 + x)
