"""A huge batch of sprites in two bites: a right solution."""


def solve(p, wand, bites):
    wand.zero_grad()
    for sprites in bites:
        penalty = ((p - sprites) ** 2).mean() / len(bites)
        penalty.backward()
    wand.step()
