import torch


def solve(G, D, optG, optD, z):
    with torch.no_grad():
        fake = G(z)
    D(fake).mean().backward()
    optD.step()
    optD.zero_grad()
    fake = G(z)
    D(fake).mean().backward()
    optG.step()
    optG.zero_grad()
    optD.zero_grad()
