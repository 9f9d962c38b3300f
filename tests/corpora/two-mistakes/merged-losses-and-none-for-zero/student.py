def solve(w):
    def total():
        return (w - 3) ** 2 + (w + 1) ** 2

    total().backward()
    w.grad = None
    total().backward()
