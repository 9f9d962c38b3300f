def solve(w):
    loss = (w - 3) ** 2
    loss.backward()
    w.sub_(w.grad, alpha=0.25)
    w.grad.zero_()
    loss = (w - 3) ** 2
    loss.backward()
