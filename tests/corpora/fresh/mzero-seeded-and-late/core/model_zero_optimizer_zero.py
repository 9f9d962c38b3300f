def solve(model, optimizer, X):
    for _ in range(2):
        out = model(X)
        out.backward(gradient=X)
    model.zero_grad()
