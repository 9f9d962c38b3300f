def solve(x):
    raise ValueError('\u202edessap\u202c \u2066')
