def predict():
    nothing = {"x.grad": None, "h.grad": None}
    once = {"x.grad": 36.0, "h.grad": 12.0}
    return [nothing, once, once]
