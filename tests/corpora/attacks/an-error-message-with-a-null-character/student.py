def solve(x):
    raise ValueError('a\x00b\ud800c')
