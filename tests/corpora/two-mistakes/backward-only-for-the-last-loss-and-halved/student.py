def solve(w, batches):
    for X, Y in batches:
        loss = ((w * X - Y) ** 2).sum() / len(batches)
    loss.backward()
