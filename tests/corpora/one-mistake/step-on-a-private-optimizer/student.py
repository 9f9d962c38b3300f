import torch
from torch.nn import functional as F


def solve(model, optimizer, batches):
	adam = torch.optim.Adam(model.parameters(), lr=0.1)
	optimizer.zero_grad()
	for X, Y in batches:
		(F.mse_loss(model(X), Y) / len(batches)).backward()
	adam.step()
