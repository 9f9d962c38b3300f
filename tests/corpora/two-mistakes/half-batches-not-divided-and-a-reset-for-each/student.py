def solve(p, wand, bites):
    for sprites in bites:
        wand.zero_grad()
        loss = ((p - sprites) ** 2).mean()
        loss.backward()
    wand.step()
