import random


def solve(x):
    raise ValueError(f'{random.random()} {x}')
