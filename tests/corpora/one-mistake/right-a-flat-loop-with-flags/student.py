def solve(w, optimizer, windows):
    flat = [(t, len(win), i == len(win) - 1) for win in windows for i, t in enumerate(win)]
    for target, size, last in flat:
        loss = (w - target).square() / size
        loss.backward()
        if not last:
            continue
        optimizer.step()
        optimizer.zero_grad()
