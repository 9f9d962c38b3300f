def solve(w, optimizer, windows):
    stream = [(target, len(window)) for window in windows for target in window]
    last = len(stream) - 1
    for i, (target, n) in enumerate(stream):
        ((w - target) ** 2 / n).backward()
        if i % 2 == 0 or i == last:
            optimizer.step()
            optimizer.zero_grad()
