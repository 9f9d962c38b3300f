"""The forger and the judge: a right solution."""


def solve(g, d, forger, judge):
    fake = 2 * g

    caught = (d * fake.detach()) ** 2
    caught.backward()
    judge.step()
    judge.zero_grad()

    fooled = (d * fake - 1) ** 2
    fooled.backward()
    forger.step()
