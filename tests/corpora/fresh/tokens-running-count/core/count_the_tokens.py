def solve(w, batches):
    tokens = 0
    for target, mask in batches:
        tokens += mask.sum()
        loss = (mask * (w - target) ** 2).sum() / tokens
        loss.backward()
