def solve(x):
    power = 2
    while power < 4:
        (x**power).backward()
        power += 1
    x.grad.zero_()
    (x**2 + x).backward()
