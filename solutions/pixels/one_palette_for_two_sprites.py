"""One colour for two sprites.

Two sprites have one colour, `c`:

    c = torch.tensor([0.5], requires_grad=True)

    ((c - 1) ** 2 + (2 * c - 0.5) ** 2).backward()    # entry 1: c.grad
    c.grad.zero_()                                    # entry 2: c.grad
    ((c - 1) ** 2).backward()                         # entry 3: c.grad
    ((2 * c - 0.5) ** 2).backward()                   # entry 4: c.grad

Do not run it. Write below the number that `c.grad` holds after each line: 0 for a tensor that holds 0, None for no tensor.

Then run `python -m grader pixels/one-palette-for-two-sprites`.
"""


def predict():
    return [
        ...,  # 1: c.grad after both sprites together
        ...,  # 2: after c.grad.zero_()
        ...,  # 3: after the first sprite
        ...,  # 4: after the second sprite
    ]
