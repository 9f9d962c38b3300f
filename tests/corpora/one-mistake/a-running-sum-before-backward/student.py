def solve(x):
    total = 0
    for power in (2, 3):
        total = total + x**power
    total.backward()
    x.grad.zero_()
    (x**2 + x).backward()
