def solve(x):
    frozen = x.detach()
    loss = frozen * frozen
    loss.backward()
    c = (x**2).detach()
    (c * x).backward()
