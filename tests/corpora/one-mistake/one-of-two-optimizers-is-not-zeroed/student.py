def solve(G, D, optG, optD, z):
    fake = G(z)
    D(fake.detach()).mean().backward()
    optD.step()
    optD.zero_grad()
    D(fake).mean().neg().backward()
    optG.step()
    optG.zero_grad()
