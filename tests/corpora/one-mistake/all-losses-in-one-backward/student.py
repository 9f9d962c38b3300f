def solve(w, batches):
    total = sum(((w * X - Y) ** 2).sum() for X, Y in batches)
    total.backward()
