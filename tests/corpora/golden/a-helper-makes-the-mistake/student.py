def send(loss):
    loss.backward()


def solve(x):
    send(x**2)
    send(x**2)
    x.grad.zero_()
    send(x**2 + x)
