def predict():
    return [
        {"w.grad": 2.0, "w": 1.0},
        {"w.grad": 2.0, "w": 0.8},
        {"w.grad": 0.0, "w": 0.8},
        {"w.grad": 0.0, "w": 0.8},
        {"w.grad": None, "w": 0.8},
        {"w.grad": None, "w": 0.8},
    ]
