from torch.nn.functional import mse_loss


def solve(model, optimizer, batches):
    optimizer.zero_grad()
    (X1, y1), (X2, y2) = batches
    mse_loss(model(X1), y1).backward()
    (mse_loss(model(X2), y2) / 2).backward()
    optimizer.step()
