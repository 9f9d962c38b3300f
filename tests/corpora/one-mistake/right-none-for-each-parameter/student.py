def solve(model, optimizer, X):
    for _ in "ab":
        for name, parameter in model.named_parameters():
            parameter.grad = None
        model(X).sum().backward()
