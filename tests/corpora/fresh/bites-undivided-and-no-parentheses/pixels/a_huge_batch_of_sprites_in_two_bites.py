import torch.nn.functional as F


def solve(p, wand, bites):
    wand.zero_grad()
    for bite in bites:
        loss = F.mse_loss(p.expand_as(bite), bite)
        loss.backward()
    wand.step
