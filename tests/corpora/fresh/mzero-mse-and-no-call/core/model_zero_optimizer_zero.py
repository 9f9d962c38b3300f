import torch
import torch.nn.functional as F


def run(net, X):
    out = net(X)
    loss = F.mse_loss(out, torch.zeros_like(out))
    loss.backward()


def solve(model, optimizer, X):
    run(model, X)
    model.zero_grad
    run(model, X)
