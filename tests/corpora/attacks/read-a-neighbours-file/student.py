def solve(x):
    print(open('FOLDER/neighbour.py').read())
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
