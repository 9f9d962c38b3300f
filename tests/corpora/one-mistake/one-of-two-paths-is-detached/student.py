def predict():
	w, x = 2.0, 3.0
	h = w * x
	# the derivative of w * h by w is h
	return [None, h]
