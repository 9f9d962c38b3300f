def solve(g, d, forger, judge):
    fake = 2 * g
    ((d * fake.detach()) ** 2).backward()
    judge.step()
    forger.zero_grad()
    ((d * fake - 1) ** 2).backward()
    forger.step()
