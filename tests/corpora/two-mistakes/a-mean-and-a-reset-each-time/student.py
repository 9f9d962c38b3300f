def solve(w, batches):
    for X, Y in batches:
        w.grad = None
        ((w * X - Y) ** 2).mean().backward()
