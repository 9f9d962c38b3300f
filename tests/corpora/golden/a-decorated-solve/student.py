import functools


def announced(function):
    @functools.wraps(function)
    def wrapper(*arguments):
        print("here we go")
        return function(*arguments)

    return wrapper


@announced
def solve(x):
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
