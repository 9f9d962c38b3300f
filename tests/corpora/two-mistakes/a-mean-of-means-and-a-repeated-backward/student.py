def solve(w, batches):
    for target, mask in batches:
        loss = (mask * (w - target) ** 2).sum() / mask.sum() / len(batches)
        loss.backward(retain_graph=True)
    loss.backward()
