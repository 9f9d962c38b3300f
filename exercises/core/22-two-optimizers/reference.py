"""Two optimizers: a right solution."""


def solve(G, D, optG, optD, z):
    # Train the discriminator.
    fake = G(z).detach()
    loss = D(fake).mean()
    loss.backward()
    optD.step()
    optD.zero_grad()

    # Train the generator.
    fake = G(z)
    loss = -D(fake).mean()
    loss.backward()
    optG.step()

    # Both start the next round without a gradient.
    optG.zero_grad()
    optD.zero_grad()
