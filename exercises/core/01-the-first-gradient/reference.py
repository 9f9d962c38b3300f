"""The first gradient: a right answer."""


def predict():
    return [
        None,  # no backward() was called yet
        6.0,  # the derivative of x**2 is 2*x
    ]
