TARGETS = (0.8, 0.01, 0.8)


def solve(p):
    for target in TARGETS:
        loss = (p - target) ** 2
        loss.backward()
    p.grad.zero_()
