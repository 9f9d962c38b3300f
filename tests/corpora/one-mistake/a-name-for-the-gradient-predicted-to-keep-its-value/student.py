def predict():
    mirror = -1.0
    return [
        {"p.grad": -1.0},
        {"p.grad": -1.0, "mirror": mirror},
        {"p.grad": 0.0, "mirror": mirror},
        {"p.grad": 1.0, "mirror": mirror},
    ]
