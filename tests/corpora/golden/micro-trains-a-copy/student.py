import copy

from torch.nn.functional import mse_loss


def solve(model, optimizer, batches):
    optimizer.zero_grad()
    twin = copy.deepcopy(model)
    for X, y in batches:
        (mse_loss(twin(X), y) / len(batches)).backward()
    optimizer.step()
