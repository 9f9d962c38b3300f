"""The forger and the judge.

The forger has the parameter `g` (optimizer `forger`), the judge has the parameter `d` (optimizer `judge`). `solve` should:

1. compute `fake = 2*g`;
2. call `backward()` on the judge's loss `(d * fake)**2` so that it reaches only `d`; `g.grad` stays None;
3. call `judge.step()`;
4. call `judge.zero_grad()`, which leaves None, not 0;
5. call `backward()` on the forger's loss `(d * fake - 1)**2`, which reaches both `g` and `d`;
6. call `forger.step()`.

It has one bug: the judge's loss reaches `g`. Fix it, then run `python -m grader pixels/the-forger-and-the-judge`.
"""


def solve(g, d, forger, judge):
    fake = 2 * g

    caught = (d * fake) ** 2
    caught.backward(retain_graph=True)
    judge.step()
    judge.zero_grad()

    fooled = (d * fake - 1) ** 2
    fooled.backward()
    forger.step()
