def solve(w, optimizer):
    for _ in range(2):
        loss = (w - 3) ** 2
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()
