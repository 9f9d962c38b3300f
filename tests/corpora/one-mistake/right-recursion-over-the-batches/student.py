def solve(w, batches):
    if not batches:
        return
    (X, Y), *rest = batches
    residual = w * X - Y
    (residual @ residual).backward()
    solve(w, rest)
