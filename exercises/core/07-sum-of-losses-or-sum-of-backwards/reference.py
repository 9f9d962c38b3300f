"""One backward of the sum, or one for each loss: a right solution."""


def squared_distance(w, target):
    return (w - target) ** 2


def solve(w):
    squared_distance(w, 3).backward()
    squared_distance(w, -1).backward()
    w.grad.zero_()
    total = squared_distance(w, 3) + squared_distance(w, -1)
    total.backward()
