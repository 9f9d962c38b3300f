def solve(x):
    h = x * x
    (3 * h).backward(retain_graph=True)
    x.grad.zero_()
    (h ** 3).backward()
