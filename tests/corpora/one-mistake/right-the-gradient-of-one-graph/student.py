import torch


def solve(x):
	cube = x * x * x
	slope = torch.autograd.grad(cube, x, create_graph=True)[0]
	cube.backward(retain_graph=True)
	(slope * slope).backward()
