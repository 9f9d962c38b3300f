import torch
from torch.nn.functional import mse_loss


def solve(model, optimizer, batches):
    mine = torch.optim.SGD(model.parameters(), lr=0.5)
    mine.zero_grad()
    loss = sum(mse_loss(model(X), Y) for X, Y in batches) / len(batches)
    loss.backward()
    mine.step()
