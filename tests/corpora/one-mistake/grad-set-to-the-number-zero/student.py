def solve(x):
	(x**2).backward()
	x.grad = 0
	(2 * x).backward()
