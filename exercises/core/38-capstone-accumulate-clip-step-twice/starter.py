"""Capstone: accumulate, clip, step, twice.

`targets` holds the targets of two micro-batches, and `optimizer` is SGD with momentum over `w`. Write
`solve(w, optimizer, targets)` so that it runs two epochs. In each epoch, in this order:

1. reset the gradient with `optimizer.zero_grad()`, which leaves None;
2. for each target, call `backward()` on `(w - target)**2` divided by the number of targets;
3. after both calls of `backward()`, clip the gradient of `w` to a norm of at most 2;
4. call `optimizer.step()` once. After the second epoch, leave the gradient as it is.

Then run `python -m grader core/capstone-accumulate-clip-step-twice`.
"""

from torch.nn.utils import clip_grad_norm_


def solve(w, optimizer, targets):
    # TODO: your calls here
    pass
