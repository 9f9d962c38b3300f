def solve(p, wand, bites):
    wand.zero_grad()
    for bite in bites:
        share = 1 / (len(bite) * len(bites))
        for sprite in bite:
            part = share * (p - sprite) ** 2
            part.backward()
    wand.step()
