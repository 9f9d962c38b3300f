def solve(w, batches):
    for Y, X in batches:
        loss = ((w * X - Y) ** 2).sum()
        loss.backward()
