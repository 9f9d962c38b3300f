def solve(w, batches):
    tokens = sum(int(mask.sum()) for _, mask in batches)
    for target, mask in batches:
        kept = target[mask.bool()]
        ((w - kept) ** 2).sum().div(tokens).backward()
