"""A large batch of sprites in two micro-batches: a right solution."""


def solve(p, wand, bites):
    wand.zero_grad()
    for sprites in bites:
        penalty = ((p - sprites) ** 2).mean() / len(bites)
        penalty.backward()
    wand.step()
