from torch.nn.functional import mse_loss


def solve(model, optimizer, batches):
    optimizer.zero_grad()
    for X, y in batches:
        (model(X).pow(2).mean() / len(batches)).backward()
    optimizer.step()
