from torch.nn import functional as F


def solve(model, optimizer, batches):
    for X, Y in batches:
        loss = F.mse_loss(model(X), Y) / len(batches)
        loss.backward()
    optimizer.zero_grad()
    optimizer.step()
