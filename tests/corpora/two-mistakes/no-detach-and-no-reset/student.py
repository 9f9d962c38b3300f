def solve(g, d, forger, judge):
    fake = 2 * g
    ((d * fake) ** 2).backward(retain_graph=True)
    judge.step()
    ((d * fake - 1) ** 2).backward()
    forger.step()
