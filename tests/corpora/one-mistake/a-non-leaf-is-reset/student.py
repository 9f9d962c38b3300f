def solve(x):
    h = x * 1.0  # so that x itself is not touched
    (h**2).backward(retain_graph=True)
    (h**3).backward(retain_graph=True)
    h.grad.zero_()
    (h**2 + h).backward()
