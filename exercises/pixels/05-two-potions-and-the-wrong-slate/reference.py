"""Two tensors, two gradients: a right solution."""


def solve(p, q):
    ((p - q) ** 2).backward()
    for potion in (p, q):
        potion.grad.zero_()
    ((p + q - 1) ** 2).backward()
