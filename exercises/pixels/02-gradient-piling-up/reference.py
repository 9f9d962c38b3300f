"""The gradients of a pixel add up: a right solution."""


def penalty(p, target):
    return (p - target) ** 2


def solve(p):
    penalty(p, 0.8).backward()
    penalty(p, 0.1).backward()
    p.grad.zero_()
    penalty(p, 0.8).backward()
