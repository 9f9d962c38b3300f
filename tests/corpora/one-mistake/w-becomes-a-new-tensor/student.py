def solve(w):
    lr = 0.25
    loss = (w - 3) ** 2
    loss.backward()
    w = w - lr * w.grad
    w.grad.zero_()
    loss = (w - 3) ** 2
    loss.backward()
