import os


def solve(x):
    os.rename('FOLDER/neighbour.py', 'FOLDER/mine.py')
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
