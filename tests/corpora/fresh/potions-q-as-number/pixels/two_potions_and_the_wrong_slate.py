def solve(p, q):
    other = q.item()
    ((p - other) ** 2).backward()
    for leaf in (p, q):
        if leaf.grad is not None:
            leaf.grad.zero_()
    ((p + q - 1) ** 2).backward()
