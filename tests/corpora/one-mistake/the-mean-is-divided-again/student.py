def mean_loss(model, X, Y, n):
    return ((model(X) - Y) ** 2).mean() / n


def solve(model, optimizer, batches):
    n = len(batches)
    optimizer.zero_grad()
    for X, Y in batches:
        loss = mean_loss(model, X, Y, n)
        (loss / n).backward()
    optimizer.step()
