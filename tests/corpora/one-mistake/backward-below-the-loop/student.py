def solve(w, batches):
    for X, Y in batches:
        prediction = w * X
        loss = ((prediction - Y) ** 2).sum()
    loss.backward()
