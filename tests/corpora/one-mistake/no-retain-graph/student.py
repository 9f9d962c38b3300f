def trunk(x):
    return x * x


def heads(h):
    return [3 * h, h**2]


def solve(x):
    for head in heads(trunk(x)):
        head.backward()
