def solve(w):
    ((w - 3) ** 2).backward()
    ((w - 1) ** 2).backward()
    w.grad.zero_()
    ((w - 3) ** 2 + (w + 1) ** 2).backward()
