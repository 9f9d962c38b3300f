def solve(w, batches):
    tokens = sum(mask.sum() for _, mask in batches)
    for target, mask in batches:
        loss = ((w - target) ** 2).sum() / tokens
        loss.backward()
