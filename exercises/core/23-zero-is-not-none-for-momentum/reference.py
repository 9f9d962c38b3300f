"""Zero is not None for momentum: a right solution."""


def predict():
    return [
        {"w.grad": 2.0, "w": 1.0},
        {"w.grad": 2.0, "w": 0.8},  # velocity 2
        {"w.grad": 0.0, "w": 0.8},
        {"w.grad": 0.0, "w": 0.62},  # velocity 0.9 * 2 + 0
        {"w.grad": None, "w": 0.62},
        {"w.grad": None, "w": 0.62},  # skipped
    ]
