def heads(x):
    yield 3 * (x * x)
    yield (x * x) ** 2


def solve(x):
    for loss in heads(x):
        loss.backward()
