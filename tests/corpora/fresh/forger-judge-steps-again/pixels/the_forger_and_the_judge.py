def solve(g, d, forger, judge):
    fake = 2 * g

    judge_loss = (d * fake.detach()) ** 2
    judge_loss.backward()
    judge.step()
    judge.zero_grad()

    forger_loss = (d * fake - 1) ** 2
    forger_loss.backward()
    judge.step()
