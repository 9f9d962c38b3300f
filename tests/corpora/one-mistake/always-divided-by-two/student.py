def solve(w, optimizer, windows):
    accumulate = 2
    for window in windows:
        for target in window:
            loss = (w - target) ** 2
            loss = loss / accumulate
            loss.backward()
        optimizer.step()
        optimizer.zero_grad()
