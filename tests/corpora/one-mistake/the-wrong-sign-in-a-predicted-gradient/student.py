def predict():
    p, target = 0.5, 0.8
    return [2 * (target - p)]
