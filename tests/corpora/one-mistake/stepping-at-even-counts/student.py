def solve(w, optimizer, windows):
    flat = [(target, len(window)) for window in windows for target in window]
    for i, (target, size) in enumerate(flat):
        loss = (w - target) ** 2 / size
        loss.backward()
        if i % 2 == 0:
            optimizer.step()
            optimizer.zero_grad()
