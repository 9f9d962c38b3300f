def predict():
    return [-0.3]
