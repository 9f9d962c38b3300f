def predict():
    return [10**400]
