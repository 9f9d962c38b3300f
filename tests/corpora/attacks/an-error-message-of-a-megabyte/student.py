def solve(x):
    raise ValueError('x' * 2**20)
