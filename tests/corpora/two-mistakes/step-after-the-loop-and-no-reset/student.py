def solve(w, optimizer):
    optimizer.zero_grad()
    for epoch in range(2):
        loss = (w - 3) ** 2
        loss.backward()
    optimizer.step()
