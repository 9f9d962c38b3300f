"""A gradient that is too large.

`p` is a sprite of two pixels, `wand` its optimizer, `A` and `B` are two micro-batches. `solve(p, A, B, wand)` should:

1. call `backward()` on the sum of `p * A`;
2. call `backward()` on the sum of `p * B`, without a reset in between;
3. clip the norm of the whole gradient to 5.0, once;
4. call `wand.step()`, and leave `p.grad` as it is.

It has one bug. Fix it, then run `python -m grader pixels/a-spell-too-strong`.
"""

from torch.nn.utils import clip_grad_norm_


def solve(p, A, B, wand):
    for spell in (A, B):
        (p * spell).sum().backward()
        clip_grad_norm_(p, max_norm=5.0)
    wand.step()
