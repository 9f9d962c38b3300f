"""model.zero_grad() and optimizer.zero_grad(): a right solution."""


def solve(model, optimizer, X):
    model(X).backward()
    model.zero_grad()
    model(X).backward()
