def solve(p, q):
    mix = p - q
    (mix**2).backward()
    for t in (p, q):
        t.grad.zero_()
    mix = p - q - 1
    loss = mix**2
    loss.backward()
