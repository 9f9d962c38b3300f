def solve(x):
    h = x * x
    (3 * h).backward()
    h = h.detach().requires_grad_()
    (h ** 2).backward()
