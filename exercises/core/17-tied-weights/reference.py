"""Tied weights: a right solution."""


def predict():
    return [
        None,
        12.0,  # h + w * x: a share of 6 along each path
    ]
