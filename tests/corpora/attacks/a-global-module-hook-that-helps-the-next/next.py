from torch.nn import Identity


def solve(x):
    same = Identity()
    (same(x) ** 2).backward()
    (same(x) ** 2).backward()
    x.grad.zero_()
    (x**2 + x).backward()
