import os


def solve(x):
    os.sched_getscheduler(PARENT)
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
