import torch


def solve(G, D, optG, optD, z):
    with torch.no_grad():
        fake = G(z)
    torch.mean(D(fake)).backward()
    optD.step()
    D.zero_grad(set_to_none=True)
    score = D(G(z)).mean()
    torch.autograd.backward(score, grad_tensors=torch.tensor(-1.0))
    optG.step()
    for net in (D, G):
        net.zero_grad()
