import torch.nn.functional as F


def solve(model, batches):
    for X, Y in batches:
        model.zero_grad()
        loss = F.mse_loss(model(X), Y) / len(batches)
        loss.backward()
