from copy import deepcopy


def solve(model, optimizer, X):
    model(X).sum().backward()
    backup = deepcopy(model)
    backup.zero_grad(set_to_none=False)
    model(X).sum().backward()
