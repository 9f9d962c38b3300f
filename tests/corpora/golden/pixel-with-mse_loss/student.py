import torch
import torch.nn.functional as F


def solve(p):
    F.mse_loss(p, torch.tensor([0.8])).backward()
    F.mse_loss(p, torch.tensor([0.1])).backward()
    p.grad.zero_()
    torch.nn.MSELoss()(p, torch.tensor([0.8])).backward()
