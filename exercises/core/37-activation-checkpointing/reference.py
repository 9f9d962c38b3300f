"""Activation checkpointing: the right prediction."""


def predict():
    slope = 2 * 3.0
    return [
        {"x.grad": slope, "len(runs)": 1},
        {"x.grad": 0.0, "len(runs)": 2},
        {"x.grad": slope, "len(runs)": 3},
        {"x.grad": slope + slope, "len(runs)": 5},
    ]
