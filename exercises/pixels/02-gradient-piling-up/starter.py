"""Gradient piling up: grade this file with `python -m grader pixels/gradient-piling-up`."""


def solve(p):
    """Three feedback spells, and one clean slate before the last.

    p: a pixel, a tensor with one number, requires_grad=True; p.grad is None when the function begins.
    """
    # TODO: your calls here
