"""Gradients pile up: a worked example. The task is in exercises/core/02-gradients-pile-up/exercise.yaml.

Change a line, run `python -m grader core/gradients-pile-up`, and read what the grader reports.
The numbers in the comments are for x = 2.
"""


def solve(x):
    # x.grad is None at first. The derivative of x**2 is 2x, so x.grad is 4 after this call.
    (x**2).backward()

    # The derivative of x**3 is 3x**2, which is 12. backward() does not replace the 4, it adds: 16.
    (x**3).backward()

    # The underscore means "in place": x.grad is still the same tensor, and its number becomes 0.
    # Call it on x.grad; x.zero_() would change x itself.
    x.grad.zero_()

    # The derivative of x**2 + x is 2x + 1. Added to 0, it is 5: the gradient of this formula alone.
    (x**2 + x).backward()
