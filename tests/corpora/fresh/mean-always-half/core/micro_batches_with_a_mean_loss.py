def solve(model, optimizer, batches):
    optimizer.zero_grad()
    for pair in batches:
        X, y = pair
        err = ((model(X) - y) ** 2).mean()
        half = err * 0.5
        half.backward()
    optimizer.step()
