"""Unused gives None, derivative 0 gives 0: a right solution."""


def predict():
    return [
        {"x.grad": 4.0, "u.grad": None},
        {"x.grad": 8.0, "u.grad": 0.0},
    ]
