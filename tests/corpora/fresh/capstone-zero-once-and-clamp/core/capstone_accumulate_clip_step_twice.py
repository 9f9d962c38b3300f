def solve(w, optimizer, targets):
    n = len(targets)
    optimizer.zero_grad()
    epoch = 0
    while epoch < 2:
        for target in targets:
            loss = (w - target) ** 2
            loss = loss / n
            loss.backward()
        w.grad.clamp_(max=2.0)
        optimizer.step()
        epoch += 1
