def solve(w, optimizer):
    for epoch in range(2):
        loss = (w - 3) ** 2
        loss.backward()
        optimizer.step()
