"""An alias is not a copy.

Read this program. Do not run it yet.

    x = torch.tensor([2.0], requires_grad=True)
    (x**2).backward()
    # 1: what is x.grad?
    g = x.grad
    # 2: what are x.grad and g?
    (x**2).backward()
    # 3: what are x.grad and g?
    x.grad = None
    # 4: what are x.grad and g?
    (x**3).backward()
    # 5: what are x.grad and g?

Replace each `...` with your answer: a number for a tensor with one number in it, None where there is no tensor.

Then run `python -m grader core/an-alias-is-not-a-copy`.
"""


def predict():
    return [
        {"x.grad": ...},  # 1
        {"x.grad": ..., "g": ...},  # 2
        {"x.grad": ..., "g": ...},  # 3
        {"x.grad": ..., "g": ...},  # 4
        {"x.grad": ..., "g": ...},  # 5
    ]
