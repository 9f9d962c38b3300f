def solve(a, b):
    (a * b).backward()
    grads = [a.grad, b.grad]
    for g in grads:
        g = g * 0
    (a * b + b).backward()
