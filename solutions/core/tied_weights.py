"""Tied weights.

Read this program, and write down `w.grad` after each numbered line:

    w = torch.tensor([3.0], requires_grad=True)
    x = torch.tensor([2.0])

    h = w * x           # 1
    (w * h).backward()  # 2

Replace each `...` below with a number or None; None and 0 are different answers.
Then run `python -m grader core/tied-weights`.
"""


def predict():
    return [
        ...,  # 1
        ...,  # 2
    ]
