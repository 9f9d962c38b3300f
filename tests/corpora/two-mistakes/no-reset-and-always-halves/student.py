def solve(w, optimizer, windows):
    for window in windows:
        for target in window:
            ((w - target) ** 2 / 2).backward()
        optimizer.step()
