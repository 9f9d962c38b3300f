def predict():
    half = 0.5
    return [half, half, half - 1.0, half - 1.0 + 2.0]
