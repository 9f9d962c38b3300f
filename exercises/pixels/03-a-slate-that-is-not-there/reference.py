"""None or a tensor of 0: the right prediction."""


def predict():
    return [
        2 * (0.5 - 0.8),
        None,
        2 * (0.5 - 0.1),
        0.0,
    ]
