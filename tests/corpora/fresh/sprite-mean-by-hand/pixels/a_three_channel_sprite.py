def solve(c, t):
    ((c - t) ** 2).sum().backward()

    c.grad.zero_()

    # a mean over three channels has a third of the gradient
    c.grad = 2 * (c.detach() - t) / 3
