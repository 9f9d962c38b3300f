def predict():
    return [
        {'x.grad': 4.0},
        {'x.grad': 4.0, 'g': 4.0},
        {'x.grad': 4.0, 'g': 4.0},
        {'x.grad': None, 'g': 4.0},
        {'x.grad': 12.0, 'g': 4.0},
    ]
