def predict():
    share = 4.0 * 0.5 * 0.5
    return [{"x.grad": share, "y.grad": 2.0}, {"x.grad": 2 * share, "y.grad": 3.0}]
