"""A frozen background.

`bg` is the background of a picture, `p` a pixel in front of it, and `wand` an optimizer over both. `solve(bg, p, wand)`
should:

1. call `backward()` on `(bg + p - 1)**2`;
2. reset both gradients with `wand.zero_grad()`, which leaves None, not 0;
3. freeze the background with `bg.requires_grad_(False)`;
4. compute `(bg + p - 1)**2` again and call `backward()` on it;
5. call `wand.step()`, which changes only `p`.

It has one bug: the background changes. Fix it, then run `python -m grader pixels/a-frozen-background`.
"""


def penalty(bg, p):
    return (bg + p - 1) ** 2


def solve(bg, p, wand):
    penalty(bg, p).backward()
    p.grad = None
    bg.requires_grad_(False)
    penalty(bg, p).backward()
    wand.step()
