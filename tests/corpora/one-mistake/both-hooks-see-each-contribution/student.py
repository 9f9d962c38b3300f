def predict():
    return [{"x.grad": 2, "y.grad": 2}, {"x.grad": 4, "y.grad": 4}]
