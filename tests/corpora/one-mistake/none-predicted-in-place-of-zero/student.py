def predict():
    return [
        {"p.grad": -1.0},
        {"p.grad": -1.0, "mirror": -1.0},
        {"p.grad": None, "mirror": -1.0},
        {"p.grad": 1.0, "mirror": -1.0},
    ]
