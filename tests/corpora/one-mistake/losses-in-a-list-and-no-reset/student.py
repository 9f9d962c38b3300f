def solve(x):
    losses = [lambda v: v**2, lambda v: v**3, lambda v: v**2 + v]
    for loss in losses:
        loss(x).backward()
