def solve(w, batches):
    tokens = 0.0
    for _, mask in batches:
        tokens = tokens + mask.sum().item()

    for target, mask in batches:
        diff = target + w
        losses = diff ** 2
        loss = losses.sum() / tokens
        loss.backward()
