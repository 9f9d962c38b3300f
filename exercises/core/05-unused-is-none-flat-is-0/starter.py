"""Unused is None, flat is 0.

Read this program, and write down what each numbered line leaves in `x.grad` and in `u.grad`:

    x = torch.tensor([2.0], requires_grad=True)
    u = torch.tensor([5.0], requires_grad=True)

    (x**2).backward()          # 1
    (x**2 + 0 * u).backward()  # 2

Put a number or None in the place of each `...` below; None and 0 are different things.
Then run `python -m grader core/unused-is-none-flat-is-0`.
"""


def predict():
    return [
        {"x.grad": ..., "u.grad": ...},  # 1
        {"x.grad": ..., "u.grad": ...},  # 2
    ]
