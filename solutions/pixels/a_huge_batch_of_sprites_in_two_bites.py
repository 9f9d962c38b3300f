"""A huge batch of sprites in two bites.

`p` is one learnable pixel, `wand` its optimizer, and `bites` a list of tensors of equal size that hold the brightnesses of
the sprites. Write `solve(p, wand, bites)` so that `p` moves once, as if all sprites had been used together:

1. reset the slate with `wand.zero_grad()` (it is still empty here, so this may be left out);
2. for each bite, take the mean of `(p - sprites)**2`, divide it by the number of bites, and call `backward()` on it;
3. when all bites are done, call `wand.step()` once, and leave `p.grad` as it is.

Then run `python -m grader pixels/a-huge-batch-of-sprites-in-two-bites`.
"""


def solve(p, wand, bites):
    # TODO: your calls here
    pass
