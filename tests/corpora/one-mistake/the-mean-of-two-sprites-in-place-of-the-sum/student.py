def predict():
	c = 0.5
	one = 2 * (c - 1)
	two = 2 * (2 * c - 0.5) * 2
	return [(one + two) / 2, 0.0, one, one + two]
