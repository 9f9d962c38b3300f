"""Two names for one gradient: the right prediction."""


def predict():
    first, second = 2 * (0.5 - 1), 2 * 0.5
    return [
        {"p.grad": first},
        {"p.grad": first, "mirror": first},
        {"p.grad": 0.0, "mirror": 0.0},
        {"p.grad": second, "mirror": second},
    ]
