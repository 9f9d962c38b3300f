def solve(a, b):
    (a * b).backward(inputs=(a,))
    a.grad.zero_()
    (a * b).backward()
