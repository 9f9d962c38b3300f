def reset(tensor):
    return tensor.gard.zero_()


def solve(x):
    (x**2).backward()
    (x**3).backward()
    reset(x)
    (x**2 + x).backward()
