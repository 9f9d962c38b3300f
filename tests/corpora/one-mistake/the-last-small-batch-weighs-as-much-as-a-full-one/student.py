def solve(p, S1, S2):
    groups = [S1, S2]
    for sprites in groups:
        loss = ((p - sprites) ** 2).mean() / len(groups)
        loss.backward()
