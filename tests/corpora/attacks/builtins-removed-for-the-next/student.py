import builtins

for name in ('print', 'len', 'isinstance', 'open'):
    delattr(builtins, name)


def solve(x):
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
