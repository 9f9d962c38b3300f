def backward_all(x):
    for loss in [x ** 2, 2 * x]:
        loss.backward()


def solve(x):
    backward_all(x)
    x.grad = None
