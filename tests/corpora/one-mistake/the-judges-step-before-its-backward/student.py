def solve(g, d, forger, judge):
    fake = 2 * g
    judge.step()
    ((d * fake.detach()) ** 2).backward()
    judge.zero_grad()
    ((d * fake - 1) ** 2).backward()
    forger.step()
