def solve(bg, p, wand):
    bg.requires_grad_(False)
    ((bg + p - 1) ** 2).backward()
    wand.zero_grad()
    ((bg + p - 1) ** 2).backward()
    wand.step()
