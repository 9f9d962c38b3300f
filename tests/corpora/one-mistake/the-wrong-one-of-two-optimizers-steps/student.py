def solve(G, D, optG, optD, z):
    D(G(z).detach()).mean().backward()
    optD.step()
    optD.zero_grad()

    (-D(G(z)).mean()).backward()
    optD.step()
    for opt in (optG, optD):
        opt.zero_grad()
