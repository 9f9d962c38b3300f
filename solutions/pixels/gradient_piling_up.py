"""The gradients of a pixel add up: a worked example. The task is in exercises/pixels/02-gradient-piling-up/exercise.yaml.

The numbers in the comments are for a pixel of brightness 0.5.
"""


def penalty(p, target):
    """How far the pixel is from the target: 0 at the target, larger farther away."""
    return (p - target) ** 2


def solve(p):
    # The derivative of the penalty is 2 * (p - target). It is -0.6 here: the penalty is smaller for a brighter pixel.
    penalty(p, 0.8).backward()

    # This target is darker: its derivative is +0.8. backward() adds it to the first one, so p.grad is 0.2.
    penalty(p, 0.1).backward()

    # Reset the gradient before the last call.
    p.grad.zero_()

    # The penalty is computed again: backward() freed the graph of the first one. p.grad is -0.6 again.
    penalty(p, 0.8).backward()
