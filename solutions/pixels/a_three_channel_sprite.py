"""A three-channel sprite.

`c` is the colour of a sprite, a tensor with three channels made with `requires_grad=True`; `t` is the colour it should have.
`(c - t)**2` holds one loss for each channel. Write `solve(c, t)` so that it does these three things, in this order:

1. call `backward()` on the sum of the three losses;
2. reset `c.grad` to zero: a tensor that holds zeros, not None;
3. call `backward()` on the mean of the three losses, computed again.

Then run `python -m grader pixels/a-three-channel-sprite`.
"""


def solve(c, t):
    # TODO: your calls here
    pass
