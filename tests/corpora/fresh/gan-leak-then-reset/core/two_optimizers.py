def solve(G, D, optG, optD, z):
    # --- discriminator ---
    fake = G(z)
    d_loss = D(fake).mean()
    d_loss.backward()
    optD.step()
    optD.zero_grad()
    optG.zero_grad()  # throw away what went into G

    # --- generator ---
    g_loss = -D(G(z)).mean()
    g_loss.backward()
    optG.step()
    optG.zero_grad()
    optD.zero_grad()
