import torch


def solve(x):
	v = torch.tensor([2.0, 0.5, 1.0])
	(x**2).backward(v)
	(x**2).sum().backward()
