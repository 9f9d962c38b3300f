"""Two losses with a shared part: a right solution."""


def solve(x):
    h = x * x
    (3 * h).backward(retain_graph=True)
    (h**2).backward()
