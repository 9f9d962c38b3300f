def solve(p, wand, bites):
    wand.zero_grad()
    for sprites in bites:
        ((p - sprites) ** 2).mean().backward()
    wand.step()
