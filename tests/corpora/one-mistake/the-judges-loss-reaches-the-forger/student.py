def solve(g, d, forger, judge):
    fake = 2 * g
    loss = (d * fake) ** 2
    loss.backward(retain_graph=True)
    judge.step()
    judge.zero_grad()
    loss = (d * fake - 1) ** 2
    loss.backward()
    forger.step()
