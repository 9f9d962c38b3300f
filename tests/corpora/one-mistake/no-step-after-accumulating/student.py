from torch.nn import functional as F


def solve(model, optimizer, batches):
    optimizer.zero_grad()
    for i, (X, Y) in enumerate(batches):
        (F.mse_loss(model(X), Y) / len(batches)).backward()
        if i == len(batches):
            optimizer.step()
