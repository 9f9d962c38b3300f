def clear(*tensors):
    for t in tensors:
        t.grad.zero_()


def solve(x):
    (x ** 2).backward()
    clear(x)
    (2 * x).backward()
