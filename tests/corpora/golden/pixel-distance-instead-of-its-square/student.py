def solve(p):
    (p - 0.8).abs().backward()
    (p - 0.1).abs().backward()
    p.grad.zero_()
    (p - 0.8).abs().backward()
