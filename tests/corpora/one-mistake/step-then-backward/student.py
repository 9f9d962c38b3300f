def solve(w, optimizer):
    for epoch in range(2):
        optimizer.zero_grad()
        loss = (w - 3).pow(2)
        optimizer.step()
        loss.backward()
