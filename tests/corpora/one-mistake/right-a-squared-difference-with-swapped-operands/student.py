def solve(g, d, forger, judge):
    fake = 2 * g
    real_loss = (d * fake.data).square()
    real_loss.backward()
    judge.step()
    d.grad = None
    (1 - d * fake).square().backward()
    forger.step()
