from torch.nn.functional import mse_loss


def solve(model, optimizer, batches):
    losses = [mse_loss(model(X), y) / len(batches) for X, y in batches]
    for loss in losses:
        loss.backward()
    optimizer.step()
