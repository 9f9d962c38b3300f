from torch.nn.functional import mse_loss


def micro_loss(model, X, Y, n):
    loss = mse_loss(model(X), Y) / n
    return loss / n


def solve(model, optimizer, batches):
    optimizer.zero_grad()
    for X, Y in batches:
        micro_loss(model, X, Y, len(batches)).backward()
