def solve(model, optimizer, X):
    out = model(X)
    out.backward()
    # the optimizer does not know the bias, so take care of it here
    model.bias.grad = None
    out = model(X)
    out.backward()
