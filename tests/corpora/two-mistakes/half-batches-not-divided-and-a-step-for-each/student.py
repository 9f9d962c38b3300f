def solve(p, wand, bites):
    wand.zero_grad()
    for sprites in bites:
        loss = (p - sprites).square().mean()
        loss.backward()
        wand.step()
