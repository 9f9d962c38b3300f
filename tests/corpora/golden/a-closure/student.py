def recorder(x):
    def record(loss):
        loss.backward()
        return x.grad.clone()

    return record


def solve(x):
    record = recorder(x)
    history = [record(x**2), record(x**3)]
    x.grad.zero_()
    history.append(record(x**2 + x))
    return history
