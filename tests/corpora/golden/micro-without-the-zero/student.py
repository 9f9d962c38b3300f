from torch.nn.functional import mse_loss


def solve(model, optimizer, batches):
    for X, y in batches:
        (mse_loss(model(X), y) / len(batches)).backward()
    optimizer.step()
