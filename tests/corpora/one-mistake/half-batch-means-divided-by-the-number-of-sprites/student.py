def solve(p, wand, bites):
    count = sum(len(b) for b in bites)
    wand.zero_grad()
    for sprites in bites:
        loss = ((p - sprites) ** 2).mean() / count
        loss.backward()
    wand.step()
