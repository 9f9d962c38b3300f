def solve(x):
    loss = x * x
    loss.backward()
    c = x.detach()
    (c * x).backward()
