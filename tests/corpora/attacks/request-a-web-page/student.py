import urllib.request


def solve(x):
    urllib.request.urlopen('http://127.0.0.1:PORT/')
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
