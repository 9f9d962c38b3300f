def solve(w):
    loss = (w - 3) ** 2
    loss = (w + 1) ** 2
    loss.backward()
    w.grad.zero_()
    for target in (3, -1):
        ((w - target) ** 2).backward()
