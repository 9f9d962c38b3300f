def squared_error(w, X, y):
    residual = y - w * X
    return residual.pow(2).sum()


def solve(w, batches):
    accumulation_steps = len(batches)
    for k in range(accumulation_steps):
        X, y = batches[k]
        loss = squared_error(w, X, y) / accumulation_steps
        loss.backward()
