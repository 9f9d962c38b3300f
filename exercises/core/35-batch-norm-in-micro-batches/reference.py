"""Batch norm in micro-batches: the right prediction."""

import math


def predict():
    deviation = math.sqrt(9.5)
    full = (4 - (-2 + 5) / deviation) / 2  # the squares of the four z add up to 4
    return [
        {"layer.weight.grad": full, "layer.bias.grad": -1.0},
        {"layer.weight.grad": 0.5, "layer.bias.grad": -0.5},
        {"layer.weight.grad": 1.0, "layer.bias.grad": -1.0},
        {"still.weight.grad": 45.5, "still.bias.grad": 7.0},
        {"still.weight.grad": 1.5, "still.bias.grad": 1.0},
        {"still.weight.grad": 45.5, "still.bias.grad": 7.0},
    ]
