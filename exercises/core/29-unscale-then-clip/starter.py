"""Unscale, then clip.

The loss `3 * w` is scaled by 8 before `backward()`, so the gradient is 8 times too large. It is divided by 8 again, clipped
to a norm of at most 2, and used by `opt`, plain SGD. This code has a bug: it clips while the gradient is still scaled. Fix
it, so that these four things happen in this order:

1. `backward()` on the scaled loss;
2. divide `w.grad` by 8 in place;
3. clip `w.grad` to a norm of at most 2;
4. `opt.step()`. Do not reset anything.

Then run `python -m grader core/unscale-then-clip`.
"""

from torch.nn.utils import clip_grad_norm_

SCALE = 8


def solve(w, opt):
    loss = 3 * w
    (SCALE * loss).backward()
    clip_grad_norm_([w], max_norm=2.0)
    w.grad /= SCALE
    opt.step()
