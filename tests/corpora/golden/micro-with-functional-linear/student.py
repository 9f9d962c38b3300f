import torch.nn.functional as F


def solve(model, optimizer, batches):
    optimizer.zero_grad()
    for X, y in batches:
        prediction = F.linear(X, model.weight)
        (F.mse_loss(prediction, y) / len(batches)).backward()
    optimizer.step()
