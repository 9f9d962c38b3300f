def predict():
    first, second = 1.0, 25.0
    return [first, first + second, None, first + second]
