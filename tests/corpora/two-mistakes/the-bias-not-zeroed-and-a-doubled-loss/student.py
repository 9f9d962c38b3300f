def solve(model, optimizer, X):
    model(X).backward()
    optimizer.zero_grad()
    (2 * model(X)).backward()
