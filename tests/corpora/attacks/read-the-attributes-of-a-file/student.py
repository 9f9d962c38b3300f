import os


def solve(x):
    os.listxattr('FOLDER/neighbour.py')
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
