def solve(w):
    ((w - 3) ** 2).backward()
    w.data.add_(w.grad, alpha=0.25)
    w.grad = None
    ((w - 3) ** 2).backward()
