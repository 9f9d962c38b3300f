def predict():
	return [
		{"x.grad": 4},
		{"x.grad": 4, "g": 4},
		{"x.grad": 8, "g": 4},
		{"x.grad": None, "g": 4},
		{"x.grad": 12, "g": 4},
	]
