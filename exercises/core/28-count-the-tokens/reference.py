"""Count the tokens: a right solution."""


def solve(w, batches):
    tokens = sum(mask.sum() for _, mask in batches)
    for target, mask in batches:
        losses = mask * (w - target) ** 2
        loss = losses.sum() / tokens
        loss.backward()
