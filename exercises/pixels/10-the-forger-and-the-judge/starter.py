"""The forger and the judge.

The forger has learned `g` (optimizer `forger`), the judge has learned `d` (optimizer `judge`). `solve` should:

1. paint `fake = 2*g`;
2. call `backward()` on the judge's penalty `(d * fake)**2` so that it reaches `d` alone; `g.grad` stays None;
3. call `judge.step()`;
4. call `judge.zero_grad()`, which leaves None, not 0;
5. call `backward()` on the forger's penalty `(d * fake - 1)**2`, which reaches both `g` and `d`;
6. call `forger.step()`.

It has one bug: the judge's lesson leaks. Mend it, then run `python -m grader pixels/the-forger-and-the-judge`.
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
