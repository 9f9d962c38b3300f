def penalty(p, sprites, n):
    return (p - sprites).abs().sum() / n


def solve(p, S1, S2):
    n = S1.numel() + S2.numel()
    penalty(p, S1, n).backward()
    p.grad = None
    penalty(p, S2, n).backward()
