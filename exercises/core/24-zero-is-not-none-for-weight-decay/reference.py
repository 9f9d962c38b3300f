"""Zero is not None for weight decay: a right solution."""


def predict():
    return [
        {"w.grad": 2.0, "u.grad": 0.0, "w": 1.0, "u": 1.0},
        {"w.grad": 2.0, "u.grad": 0.0, "w": 0.75, "u": 0.95},  # both decay
        {"w.grad": None, "u.grad": None, "w": 0.75, "u": 0.95},
        {"w.grad": 1.5, "u.grad": None, "w": 0.75, "u": 0.95},
        {"w.grad": 1.5, "u.grad": None, "w": 0.5625, "u": 0.95},  # u is skipped
    ]
