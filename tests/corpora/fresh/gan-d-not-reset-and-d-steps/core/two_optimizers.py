def solve(G, D, optG, optD, z):
    D(G(z).detach()).mean().backward()
    optD.step()
    optD.zero_grad()

    new_fake = G(z)
    (-D(new_fake).mean()).backward()
    optD.step()
    optG.zero_grad()
