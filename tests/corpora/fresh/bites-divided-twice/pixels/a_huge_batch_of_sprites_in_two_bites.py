def solve(p, wand, bites):
    wand.zero_grad()
    for sprites in bites:
        loss = ((p - sprites) ** 2).mean()
        loss = loss / len(sprites)
        loss = loss / len(bites)
        loss.backward()
    wand.step()
