"""A GradScaler on the CPU: the right prediction."""


def predict():
    return [
        {"w.grad": 24.0, "w": 10.0},
        {"w.grad": 3.0, "w": 10.0},
        {"w.grad": 2.0, "w": 10.0},
        {"w.grad": 2.0, "w": 8.0},
        {"w.grad": 24.0, "w": 8.0},
        {"w.grad": 3.0, "w": 5.0},
        {"w": 5.0, "scale": 4.0},
    ]
