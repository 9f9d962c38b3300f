def reset(tensor):
    if tensor.grad is not None:
        tensor.grad.zero_()


def solve(x):
    reset(x)
    (x**2).backward()
    (x**3).backward()
    reset(x)
    (x**2 + x).backward()
