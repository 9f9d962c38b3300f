"""Three sprites and a single one.

Four sprites are split into two micro-batches, three in `S1` and one in `S2`. After `solve(p, S1, S2)`, `p.grad` should be the
gradient of the mean of `(p - sprite)**2` over all four sprites, with one `backward()` for each micro-batch and no reset
between them.

It has one bug: the sprite in `S2` has too much weight.
Fix it, then run `python -m grader pixels/three-sprites-and-a-straggler`.
"""


def solve(p, S1, S2):
    bites = [S1, S2]
    for sprites in bites:
        penalty = ((p - sprites) ** 2).mean() / len(bites)
        penalty.backward()
