"""Tied weights: a right solution."""


def predict():
    return [
        None,
        12.0,  # h + w * x: a contribution of 6 from each path
    ]
