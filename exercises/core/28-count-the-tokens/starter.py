"""Count the tokens (the 2024 accumulation bug).

`batches` is a list of pairs (target, mask); the mask is 1 for a real token and 0 for padding. The loss of one token is
(w - target)**2, and `w.grad` should end as the gradient of the mean over all real tokens, as one large batch would leave it.
This code has a bug: a token in a short micro-batch weighs more than the others. Mend it:

1. count the real tokens of all micro-batches together before the loop;
2. for each micro-batch, divide the sum over its real tokens by that count, and call `backward()`.

Then run `python -m grader core/count-the-tokens`.
"""


def solve(w, batches):
    for target, mask in batches:
        losses = mask * (w - target) ** 2
        loss = losses.sum() / mask.sum()
        loss = loss / len(batches)
        loss.backward()
