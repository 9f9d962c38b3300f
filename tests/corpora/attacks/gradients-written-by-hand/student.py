def solve(x):
    x.grad = x.detach() * 2 + 1
