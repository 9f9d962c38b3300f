def solve(p, wand, bites):
    wand.zero_grad()
    for sprites in bites:
        loss = ((p - sprites) ** 2).mean() / len(bites)
        loss.backward()
        wand.step()
