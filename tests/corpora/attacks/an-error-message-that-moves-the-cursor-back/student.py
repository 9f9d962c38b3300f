def solve(x):
    raise ValueError('wrong\r\x08\x08passed')
