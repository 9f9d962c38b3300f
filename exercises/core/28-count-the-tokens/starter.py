"""Count the tokens (the 2024 accumulation bug).

`batches` is a list of pairs (target, mask); the mask is 1 for a real token and 0 for padding. The loss of one token is (w -
target)**2, and in the end `w.grad` should be the gradient of the mean over all real tokens, as with one large batch. This
code has a bug: a token in a short micro-batch has a larger weight than the others. Fix it:

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
