"""A gradient without .grad: the right prediction."""


def predict():
    slope, slope_of_slope = 2 * 3.0, 2.0
    return [
        {"g": slope, "x.grad": None},
        {"g": slope, "x.grad": slope},
        {"g": slope, "x.grad": slope},
        {"g": slope, "x.grad": slope + slope_of_slope},
    ]
