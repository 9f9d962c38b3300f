"""The first gradient.

Read this program. Do not run it yet.

    x = torch.tensor([3.0], requires_grad=True)
    y = x**2
    # 1: what is x.grad?
    y.backward()
    # 2: what is x.grad?

Replace each `...` with your answer: a number for a tensor with one number in it, None where there is no tensor.

Then run `python -m grader core/the-first-gradient`.
"""


def predict():
    return [
        ...,  # 1
        ...,  # 2
    ]
