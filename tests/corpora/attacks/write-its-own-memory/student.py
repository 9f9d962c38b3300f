def solve(x):
    open('/proc/self/mem', 'r+b')
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
