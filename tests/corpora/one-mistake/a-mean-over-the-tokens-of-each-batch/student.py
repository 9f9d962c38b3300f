def masked_mean(values, mask):
    return (values * mask).sum() / mask.sum()


def solve(w, batches):
    for target, mask in batches:
        loss = masked_mean((w - target) ** 2, mask) / len(batches)
        loss.backward()
