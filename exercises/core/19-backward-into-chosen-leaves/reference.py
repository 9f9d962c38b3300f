"""Backward into chosen leaves: a right solution."""


def solve(a, b):
    (a * b).backward(inputs=[a])
    (a * b).backward()
