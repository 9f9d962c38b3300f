def predict():
    after_first = -0.6
    after_second = after_first + 0.8
    return [after_first, after_first, after_second, 0.0]
