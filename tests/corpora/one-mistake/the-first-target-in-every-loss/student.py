COLOUR = 0.8


def solve(p):
    for spell in range(3):
        if spell == 2:
            p.grad.zero_()
        loss = (p - COLOUR) ** 2
        loss.backward()
