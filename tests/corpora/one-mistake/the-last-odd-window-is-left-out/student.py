def solve(w, optimizer, windows):
    for window in windows:
        if len(window) < 2:
            break
        for target in window:
            ((w - target) ** 2 / len(window)).backward()
        optimizer.step()
        optimizer.zero_grad()
