import torch


def score(D, fake):
    return torch.mean(D(fake))


def solve(G, D, optG, optD, z):
    with torch.no_grad():
        fake = G(z)
    score(D, fake).backward()
    optD.step()
    optD.zero_grad()

    fake = G(z)
    score(D, fake).backward()
    optG.step()
    for opt in (optG, optD):
        opt.zero_grad()
