import torch


def solve(p, S1, S2):
    for group in (S1, S2):
        target = torch.full_like(group, 0.0) + group
        loss = torch.nn.functional.mse_loss(p.expand_as(target), target)
        loss.backward()
