"""The first gradient of a pixel: the right prediction."""


def predict():
    return [
        2 * (0.5 - 0.8),
    ]
