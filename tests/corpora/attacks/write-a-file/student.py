def solve(x):
    open('FOLDER/made', 'w').write('x')
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
