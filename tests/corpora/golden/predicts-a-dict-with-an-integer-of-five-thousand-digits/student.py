def predict():
    return {10**5000: [10**400]}
