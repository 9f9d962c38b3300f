FAKE_SCORE = 0.0
REAL_SCORE = 1.0


def squared_distance(score, target):
    return (score - target) ** 2


def solve(g, d, forger, judge):
    fake = 2 * g
    squared_distance(d * fake, FAKE_SCORE).backward(retain_graph=True)
    judge.step()
    judge.zero_grad()
    squared_distance(d * fake, FAKE_SCORE).backward()
    forger.step()
