def solve(w, optimizer):
    for epoch in range(2):
        loss = (w - 2) ** 2
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()
