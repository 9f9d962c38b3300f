def solve(w, batches):
    def loss_of(X, Y):
        return (w * X - Y).abs().sum()

    for batch in batches:
        loss_of(*batch).backward()
