def solve(a, b):
	(a * b).backward()
	for leaf in (a, b):
		leaf.grad = None
	(a * b - b).backward()
