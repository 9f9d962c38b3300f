def train_judge(G, D, optD, z):
    fake = G(z)
    loss = D(fake).mean()
    loss.backward()
    optD.step()
    optD.zero_grad()


def train_forger(G, D, optG, z):
    loss = -D(G(z)).mean()
    loss.backward()
    optG.step()


def solve(G, D, optG, optD, z):
    train_judge(G, D, optD, z)
    train_forger(G, D, optG, z)
    optG.zero_grad()
    optD.zero_grad()
