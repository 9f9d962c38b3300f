"""Three sprites and a straggler.

Four sprites come in two bites, three in `S1` and one in `S2`. `solve(p, S1, S2)` should leave in `p.grad` the gradient of
the mean of `(p - sprite)**2` over all four sprites, with one `backward()` for each bite and no reset between them.

It has one bug: the straggler has too much weight.
Mend it, then run `python -m grader pixels/three-sprites-and-a-straggler`.
"""


def solve(p, S1, S2):
    bites = [S1, S2]
    for sprites in bites:
        penalty = ((p - sprites) ** 2).mean() / len(bites)
        penalty.backward()
