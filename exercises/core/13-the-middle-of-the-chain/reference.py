"""The gradient of a non-leaf tensor: a right answer."""


def predict():
    return [
        {"x.grad": None, "h.grad": None},
        {"x.grad": 36.0, "h.grad": 12.0},  # for h: 2*h with h = 6; for x: 3 times that
        {"x.grad": 72.0, "h.grad": 24.0},  # the same contributions again
    ]
