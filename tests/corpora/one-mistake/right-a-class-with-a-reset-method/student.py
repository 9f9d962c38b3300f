class Slate:
    def __init__(self, leaf):
        self.leaf = leaf

    def __enter__(self):
        return self.leaf

    def __exit__(self, *details):
        self.leaf.grad[:] = 0.0


def solve(x):
    with Slate(x) as leaf:
        (leaf * leaf).backward()
        (leaf * leaf * leaf).backward()
    (x * (x + 1)).backward()
