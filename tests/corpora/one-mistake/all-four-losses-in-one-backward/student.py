import torch


def solve(p, S1, S2):
    everyone = torch.cat([S1, S2])
    loss = ((p - everyone) ** 2).mean()
    loss.backward()
