def window_loss(w, target, window):
    return (w - target) ** 2 / len(window)


def solve(w, optimizer, windows):
    for window in windows:
        for target in window:
            window_loss(w, target, window).backward()
        optimizer.step()
