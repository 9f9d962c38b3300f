import os
import signal


def solve(x):
    os.kill(os.getpid(), signal.SIGSTOP)
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
