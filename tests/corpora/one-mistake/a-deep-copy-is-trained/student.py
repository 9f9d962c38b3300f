import copy

import torch.nn.functional as F


def solve(model, optimizer, batches):
    net = copy.deepcopy(model)
    optimizer.zero_grad()
    for X, Y in batches:
        loss = F.mse_loss(net(X), Y) / len(batches)
        loss.backward()
    optimizer.step()
