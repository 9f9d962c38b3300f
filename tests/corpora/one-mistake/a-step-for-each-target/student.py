def solve(w, optimizer, windows):
    for window in windows:
        for target in window:
            loss = (w - target) ** 2 / len(window)
            loss.backward()
            optimizer.step()
        optimizer.zero_grad()
