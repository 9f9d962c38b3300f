"""A large batch of sprites in two micro-batches.

`p` is one learnable pixel, `wand` its optimizer, and `bites` a list of micro-batches: tensors of equal size that hold the
brightnesses of the sprites. Write `solve(p, wand, bites)` so that `p` is updated once, with the gradient of the mean over all
sprites:

1. reset the gradient with `wand.zero_grad()` (it is still None here, so you may leave this out);
2. for each bite, take the mean of `(p - sprites)**2`, divide it by the number of bites, and call `backward()` on it;
3. after the last bite, call `wand.step()` once, and leave `p.grad` as it is.

Then run `python -m grader pixels/a-huge-batch-of-sprites-in-two-bites`.
"""


def solve(p, wand, bites):
    # TODO: your calls here
    pass
