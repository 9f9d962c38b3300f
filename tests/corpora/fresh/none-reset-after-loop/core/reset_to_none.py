def solve(x):
    losses = [x * x, x * 2]
    for loss in losses:
        loss.backward()
    # now clean up
    x.grad = None
