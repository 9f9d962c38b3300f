def predict():
    return [0.0, 4.0]
