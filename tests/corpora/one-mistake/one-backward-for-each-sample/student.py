def solve(w, batches):
    for X, Y in batches:
        for x, y in zip(X, Y):
            ((w * x - y) ** 2).backward()
