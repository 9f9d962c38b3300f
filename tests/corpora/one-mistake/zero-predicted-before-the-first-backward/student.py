def predict():
    return [0.0, 6.0]
