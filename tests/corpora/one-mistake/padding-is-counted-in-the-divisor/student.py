def solve(w, batches):
    n = sum(mask.numel() for _, mask in batches)
    for target, mask in batches:
        loss = (mask * (w - target) ** 2).sum() / n
        loss.backward()
