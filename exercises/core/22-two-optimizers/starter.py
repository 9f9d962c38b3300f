"""Two optimizers.

A generator `G` makes a fake from the noise `z`, and a discriminator `D` gives it a score; `optG` and `optD` hold their
parameters. One round trains `D` and then `G`, and every gradient is None at its end. This code has a bug: the loss of `D`
adds a gradient to `G`, and the step of `G` uses it. Fix it:

1. the loss of `D` reaches only `D`, and `G.weight.grad` stays None until `backward()` on the loss of `G`;
2. everything else stays as it is.

Then run `python -m grader core/two-optimizers`.
"""


def solve(G, D, optG, optD, z):
    # Train the discriminator.
    fake = G(z)
    loss = D(fake).mean()
    loss.backward()
    optD.step()
    optD.zero_grad()

    # Train the generator.
    fake = G(z)
    loss = -D(fake).mean()
    loss.backward()
    optG.step()

    # Both start the next round without a gradient.
    optG.zero_grad()
    optD.zero_grad()
