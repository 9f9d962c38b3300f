def solve(w, batches):
    for X, Y in batches:
        loss = (w * X - Y).abs().sum()
        loss.backward(retain_graph=True)
        if X is batches[-1][0]:
            loss.backward()
