def solve(p):
    (0.8 - p).square().backward()
    (0.1 - p).square().backward()
    p.grad.zero_()
    (0.8 - p).square().backward()
