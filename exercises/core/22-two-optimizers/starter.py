"""Two optimizers.

A generator `G` makes a fake from the noise `z`, and a discriminator `D` scores it; `optG` and `optD` hold their parameters.
One round trains `D` and then `G`, and leaves every gradient None at its end. This code has a bug: the loss of `D` leaves a
gradient in `G`, and the step of `G` uses it. Mend it:

1. the loss of `D` reaches `D` alone, and `G.weight.grad` stays None until the loss of `G` fills it;
2. all else stays as it is.

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
