def solve(w, optimizer):
    loss = (w - 3) ** 2
    for epoch in range(2):
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
