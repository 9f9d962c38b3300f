def solve(model, optimizer, batches):
    optimizer.zero_grad()
    for X, y in batches:
        error = model(X) - y
        ((error**2).mean() / len(batches)).backward()
    optimizer.step()
