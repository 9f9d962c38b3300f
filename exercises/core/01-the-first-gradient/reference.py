"""The first gradient: a right answer."""


def predict():
    return [
        None,  # nothing was sent back yet
        6.0,  # the slope of x**2 is 2*x
    ]
