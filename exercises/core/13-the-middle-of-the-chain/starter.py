"""The gradient of a non-leaf tensor.

Read this program. Do not run it yet.

    x = torch.tensor([2.0], requires_grad=True)
    h = 3 * x
    h.retain_grad()
    # 1: what are x.grad and h.grad?
    (h**2).backward(retain_graph=True)
    # 2: what are x.grad and h.grad?
    (h**2).backward()
    # 3: what are x.grad and h.grad?

Replace each `...` with your answer: a number for a tensor with one number in it, None where there is no tensor.

Then run `python -m grader core/the-middle-of-the-chain`.
"""


def predict():
    return [
        {"x.grad": ..., "h.grad": ...},  # 1
        {"x.grad": ..., "h.grad": ...},  # 2
        {"x.grad": ..., "h.grad": ...},  # 3
    ]
