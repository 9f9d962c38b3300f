def solve(w, optimizer):
    epochs = 2
    target = 3
    for epoch in range(epochs):
        loss = (w - target) ** 2
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()
