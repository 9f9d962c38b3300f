def predict():
    return [{'x.grad': 4, 'u.grad': 0}, {'x.grad': 4, 'u.grad': 0}]
