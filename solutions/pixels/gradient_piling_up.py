"""Gradient piling up: a worked example. The task is in exercises/pixels/02-gradient-piling-up/exercise.yaml.

The numbers in the comments are those for a pixel of brightness 0.5.
"""


def penalty(p, target):
    """How far the pixel is from the target: 0 when it is there, larger the farther away."""
    return (p - target) ** 2


def solve(p):
    # The slope of the penalty is 2 * (p - target). It is -0.6 here: the penalty falls when the pixel gets brighter.
    penalty(p, 0.8).backward()

    # This target wants a darker pixel: its slope is +0.8. It lands on top of the first one, and 0.2 is left.
    penalty(p, 0.1).backward()

    # Wipe the slate before asking for fresh advice.
    p.grad.zero_()

    # The penalty is computed again: backward() used up the graph of the first one. The answer is -0.6 once more.
    penalty(p, 0.8).backward()
