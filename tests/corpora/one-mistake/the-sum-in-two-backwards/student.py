def both(w):
    for target in (3, -1):
        loss = (w - target) ** 2
        loss.backward()


def solve(w):
    both(w)
    w.grad.zero_()
    both(w)
