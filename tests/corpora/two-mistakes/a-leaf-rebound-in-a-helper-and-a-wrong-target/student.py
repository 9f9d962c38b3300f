def update(w, lr):
    w = w - lr * w.grad


def solve(w):
    loss = (w - 2) ** 2
    loss.backward()
    update(w, 0.25)
    w.grad.zero_()
    loss = (w - 3) ** 2
    loss.backward()
