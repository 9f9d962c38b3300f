"""Unused gives None, derivative 0 gives 0.

Read this program, and write down `x.grad` and `u.grad` after each numbered line:

    x = torch.tensor([2.0], requires_grad=True)
    u = torch.tensor([5.0], requires_grad=True)

    (x**2).backward()          # 1
    (x**2 + 0 * u).backward()  # 2

Replace each `...` below with a number or None; None and 0 are different answers.
Then run `python -m grader core/unused-is-none-flat-is-0`.
"""


def predict():
    return [
        {"x.grad": ..., "u.grad": ...},  # 1
        {"x.grad": ..., "u.grad": ...},  # 2
    ]
