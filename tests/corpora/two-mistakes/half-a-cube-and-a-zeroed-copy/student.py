def solve(x):
    (x ** 2).backward()
    loss = x ** 3 / 2
    loss.backward()
    x.grad.clone().zero_()
    (x ** 2 + x).backward()
