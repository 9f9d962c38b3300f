from torch.nn.functional import mse_loss


def solve(model, optimizer, batches):
    optimizer.zero_grad()
    for X, y in batches:
        (mse_loss(X @ model.weight.T, y) * (1 / len(batches))).backward()
    optimizer.step()
