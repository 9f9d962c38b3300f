class Shy(Exception):
    def __str__(self):
        raise Shy


def solve(x):
    (x**2).backward()
    raise Shy
