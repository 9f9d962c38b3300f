def solve(x):
    value = x.detach()
    x.grad = 2 * value
    x.grad = x.grad + 3 * value**2
    x.grad.zero_()
    x.grad = 2 * value + 1
