def solve(w):
    for target in (3, -1):
        loss = (w - target) ** 2
    loss.backward()
    w.grad.zero_()
    total = sum((w - target) ** 2 for target in (3, -1))
    total.backward()
