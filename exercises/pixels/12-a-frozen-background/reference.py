"""A frozen background: a right solution."""


def penalty(bg, p):
    return (bg + p - 1) ** 2


def solve(bg, p, wand):
    penalty(bg, p).backward()
    wand.zero_grad()
    bg.requires_grad_(False)
    penalty(bg, p).backward()
    wand.step()
