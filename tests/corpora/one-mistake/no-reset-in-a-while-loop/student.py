def solve(x):
    queue = [x**2, 2 * x]
    while queue:
        queue.pop(0).backward()
