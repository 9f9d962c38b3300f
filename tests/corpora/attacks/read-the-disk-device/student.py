def solve(x):
    open('/dev/vda', 'rb').read(1)
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
