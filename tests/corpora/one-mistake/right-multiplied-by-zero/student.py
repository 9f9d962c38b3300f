from functools import reduce
from operator import mul


def power(x, n):
	return reduce(mul, [x] * n)


def solve(x):
	power(x, 2).backward()
	power(x, 3).backward()
	x.grad *= 0
	(power(x, 2) + x).backward()
