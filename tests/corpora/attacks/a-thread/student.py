import threading


def solve(x):
    threading.Thread(target=print).start()
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
