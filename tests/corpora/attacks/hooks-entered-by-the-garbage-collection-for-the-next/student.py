from torch.autograd.graph import saved_tensors_hooks


def halve():
    with saved_tensors_hooks(lambda tensor: tensor / 2, lambda tensor: tensor):
        yield


def late():
    try:
        yield
    finally:
        ring.append(halve())
        next(ring[-1])


ring = [late()]
next(ring[0])


def solve(x):
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
