def solve(bg, p, wand):
    (bg + p - 1).square().backward()
    wand.zero_grad()
    (bg.detach() + p - 1).square().backward()
    wand.step()
