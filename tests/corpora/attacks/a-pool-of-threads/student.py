import concurrent.futures


def solve(x):
    list(concurrent.futures.ThreadPoolExecutor(2).map(print, 'ab'))
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
