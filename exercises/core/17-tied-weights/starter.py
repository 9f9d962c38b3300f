"""Tied weights.

Read this program, and write down what each numbered line leaves in `w.grad`:

    w = torch.tensor([3.0], requires_grad=True)
    x = torch.tensor([2.0])

    h = w * x           # 1
    (w * h).backward()  # 2

Put a number or None in the place of each `...` below; None and 0 are different things.
Then run `python -m grader core/tied-weights`.
"""


def predict():
    return [
        ...,  # 1
        ...,  # 2
    ]
