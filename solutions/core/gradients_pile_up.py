"""Gradients pile up: a worked example. The task is in exercises/core/02-gradients-pile-up/exercise.yaml.

Change a line, run `python -m grader core/gradients-pile-up`, and see what the grader says about it.
The numbers in the comments are those for x = 2.
"""


def solve(x):
    # x.grad is None at first. The slope of x**2 is 2x, so this leaves 4.
    (x**2).backward()

    # The slope of x**3 is 3x**2, which is 12. backward() does not replace the 4, it adds: 16.
    (x**3).backward()

    # The underscore says "in place": the tensor in x.grad stays where it is, and its number becomes 0.
    # It is called on x.grad; x.zero_() would change x itself.
    x.grad.zero_()

    # The slope of x**2 + x is 2x + 1. Added to 0, it is 5: now .grad tells about this formula alone.
    (x**2 + x).backward()
