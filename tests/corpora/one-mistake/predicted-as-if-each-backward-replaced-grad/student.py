def predict():
	return [{"x.grad": 4.0, "u.grad": None}, {"x.grad": 4.0, "u.grad": 0.0}]
