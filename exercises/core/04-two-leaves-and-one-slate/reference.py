"""Two leaves, two gradients: a right solution."""


def solve(a, b):
    loss = a * b
    loss.backward()
    a.grad.zero_()
    b.grad.zero_()
    loss = a * b + b
    loss.backward()
