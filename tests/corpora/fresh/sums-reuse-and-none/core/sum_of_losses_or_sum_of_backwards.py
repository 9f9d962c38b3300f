def solve(w):
    first, second = (w - 3) ** 2, (w + 1) ** 2
    first.backward()
    second.backward()
    w.grad = None
    total = first + second
    total.backward()
