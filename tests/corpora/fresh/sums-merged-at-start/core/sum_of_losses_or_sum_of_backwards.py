def solve(w):
    def to_three():
        return (w - 3) ** 2

    def to_minus_one():
        return (w + 1) ** 2

    (to_three() + to_minus_one()).backward()
    w.grad.zero_()
    total = to_three() + to_minus_one()
    total.backward()
