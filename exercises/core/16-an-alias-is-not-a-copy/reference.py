"""An alias is not a copy: a right answer."""


def predict():
    return [
        {"x.grad": 4.0},
        {"x.grad": 4.0, "g": 4.0},
        {"x.grad": 8.0, "g": 8.0},  # backward added in place
        {"x.grad": None, "g": 8.0},  # only x.grad changed
        {"x.grad": 12.0, "g": 8.0},  # a new tensor for x.grad
    ]
