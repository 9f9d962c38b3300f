def solve(x):
    open('/proc/self/fd/1', 'w')
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
