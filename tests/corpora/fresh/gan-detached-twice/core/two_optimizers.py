def solve(G, D, optG, optD, z):
    def make_fake():
        return G(z).detach()

    loss_d = D(make_fake()).mean()
    loss_d.backward()
    optD.step()
    optD.zero_grad()

    loss_g = D(make_fake()).mean().neg()
    loss_g.backward()
    optG.step()
    optG.zero_grad()
    optD.zero_grad()
