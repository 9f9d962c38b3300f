def update(w, lr):
    new = w.detach() - lr * w.grad
    new.requires_grad_(True)
    return new


def solve(w):
    ((w - 3) ** 2).backward()
    w = update(w, 0.25)
    ((w - 3) ** 2).backward()
