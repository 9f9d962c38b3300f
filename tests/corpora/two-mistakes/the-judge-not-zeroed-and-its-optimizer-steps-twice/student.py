def solve(G, D, optG, optD, z):
    D(G(z).detach()).mean().backward()
    optD.step()
    (-D(G(z)).mean()).backward()
    optD.step()
    optG.zero_grad()
    optD.zero_grad()
