def solve(x):
    raise ValueError('=HYPERLINK("http://127.0.0.1","x")\n+1\n-1\n@SUM(1)')
