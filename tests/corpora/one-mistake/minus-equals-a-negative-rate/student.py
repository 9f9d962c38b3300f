def solve(w):
	loss = (w - 3) ** 2
	loss.backward()
	w.data = w.data - (-0.25) * w.grad
	w.grad.zero_()
	loss = (w - 3) ** 2
	loss.backward()
