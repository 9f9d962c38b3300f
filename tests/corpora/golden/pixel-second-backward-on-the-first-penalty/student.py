def solve(p):
    penalty1 = (p - 0.8) ** 2
    penalty1.backward()
    penalty2 = (p - 0.1) ** 2
    penalty2.backward()
    p.grad.zero_()
    penalty1.backward()
