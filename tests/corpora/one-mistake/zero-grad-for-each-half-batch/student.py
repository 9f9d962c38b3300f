def bite(p, wand, sprites, n):
    wand.zero_grad()
    (((p - sprites) ** 2).mean() / n).backward()


def solve(p, wand, bites):
    for sprites in bites:
        bite(p, wand, sprites, len(bites))
    wand.step()
