import torch
import torch.nn.functional as F


def solve(p):
    for colour in (0.8, 0.1, None, 0.8):
        if colour is None:
            p.grad.copy_(torch.zeros(1))
            continue
        F.mse_loss(p, torch.full_like(p, colour)).backward()
