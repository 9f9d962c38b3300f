import torch


def solve(g, d, forger, judge):
    fake = 2 * g
    with torch.no_grad():
        frozen_fake = 2 * g

    score = d * frozen_fake
    score.square().backward()
    judge.step()
    forger.zero_grad()

    score = d * fake
    torch.square(score - 1).backward()
    forger.step()
