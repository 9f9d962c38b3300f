def solve(x):
    (x * x.detach()).backward()
    c = (x ** 2).clone()
    loss = c * x
    loss.backward()
