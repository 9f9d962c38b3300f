import torch.nn.functional as F


def solve(c, t):
    criterion = F.mse_loss
    first = criterion(c, t)
    first.backward()
    c.grad.zero_()
    second = criterion(c, t)
    second.backward()
